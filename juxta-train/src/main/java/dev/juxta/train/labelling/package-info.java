/** Silver labels: what one teacher, or several together, say of texts that nobody has labelled. */
@NullMarked
package dev.juxta.train.labelling;

import org.jspecify.annotations.NullMarked;
