/** What the server counts and times, in Prometheus's format. */
@NullMarked
package dev.juxta.server.metrics;

import org.jspecify.annotations.NullMarked;
