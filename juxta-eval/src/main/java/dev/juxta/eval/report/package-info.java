/** Reports as one HTML file with plots in SVG, which fetches nothing. */
@NullMarked
package dev.juxta.eval.report;

import org.jspecify.annotations.NullMarked;
