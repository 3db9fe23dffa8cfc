/**
 * The queue before a model: work of many callers, read ahead, computed in batches of bounded tokens, shared fairly,
 * refused when there is too much of it. It knows neither HTTP nor dialects.
 */
@NullMarked
package dev.juxta.server.queue;

import org.jspecify.annotations.NullMarked;
