/**
 * Juxta: texts judged together. {@link dev.juxta.CrossEncoder} reads two texts in one transformer pass and gives one
 * score or class; {@link dev.juxta.BiEncoder} makes a vector of each, and {@link dev.juxta.LateInteraction} one of each token; {@link dev.juxta.Scorer} is the small interface that everything above pairs takes.
 */
@NullMarked
package dev.juxta;

import org.jspecify.annotations.NullMarked;
