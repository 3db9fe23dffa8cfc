/**
 * The wire formats, one file each: paths, fields, defaults, limits, numbers, errors. A dialect turns a body into texts and
 * scores into a body, and knows neither HTTP connections nor how scores are made.
 */
@NullMarked
package dev.juxta.server.dialect;

import org.jspecify.annotations.NullMarked;
