/**
 * Programs on libtorch: an engine that scores, and {@link dev.juxta.torch.TrainableProgram}, which has gradients. No type
 * of libtorch leaves this package; what passes in and out are batches and arrays of floats.
 */
@NullMarked
package dev.juxta.torch;

import org.jspecify.annotations.NullMarked;
