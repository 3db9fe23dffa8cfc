/** Chat templates: what {@code juxta-core} leaves to a library of its own, so that who needs none downloads none. */
@NullMarked
package dev.juxta.chat;

import org.jspecify.annotations.NullMarked;
