/** The models that are served, each behind its queue. */
@NullMarked
package dev.juxta.server.model;

import org.jspecify.annotations.NullMarked;
