/** Makes the sigmoid of a cross-encoder's logit mean a probability. */
@NullMarked
package dev.juxta.train.calibration;

import org.jspecify.annotations.NullMarked;
