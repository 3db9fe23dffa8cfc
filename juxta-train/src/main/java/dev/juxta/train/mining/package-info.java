/** Finding documents that a model takes for relevant and that are not, from any first stage. */
@NullMarked
package dev.juxta.train.mining;

import org.jspecify.annotations.NullMarked;
