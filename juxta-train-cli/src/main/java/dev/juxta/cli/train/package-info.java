/** The commands of {@code juxta} that train; they stand apart from the others because libtorch is large. */
@NullMarked
package dev.juxta.cli.train;

import org.jspecify.annotations.NullMarked;
