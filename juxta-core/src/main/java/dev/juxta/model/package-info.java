/** The architectures, one file each, and how a checkpoint's files decide which one it is and how its output is read. */
@NullMarked
package dev.juxta.model;

import org.jspecify.annotations.NullMarked;
