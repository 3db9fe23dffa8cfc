/** What lies in a checkpoint directory: its configuration files, its weights, and the rules by which they are read. */
@NullMarked
package dev.juxta.checkpoint;

import org.jspecify.annotations.NullMarked;
