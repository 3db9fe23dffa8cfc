package dev.juxta.torch;

import dev.juxta.checkpoint.Weight;
import java.util.function.Predicate;

/**
 * How a step of {@link TrainableProgram#step} moves the weights.
 *
 * @param learningRate the rate of this step
 * @param freshFactor the factor on it for weights that {@code fresh} names, such as a new head
 * @param fresh which weights those are
 * @param beta1 decay of the mean of gradients, 0.9 by custom
 * @param beta2 decay of the mean of their squares, 0.999 by custom
 * @param epsilon added to the root of the second moment
 * @param weightDecay of matrices; biases and norms never decay
 * @param clipNorm the length that the gradient of all weights together is cut to; infinity for none
 */
public record AdamWOptions(
        double learningRate,
        double freshFactor,
        Predicate<Weight> fresh,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double clipNorm) {

    /** The customary constants, without decay, cut to length 1. */
    public static AdamWOptions at(double learningRate) {
        return new AdamWOptions(learningRate, 1, weight -> false, 0.9, 0.999, 1e-8, 0, 1);
    }

    double learningRate(Weight weight) {
        return fresh.test(weight) ? learningRate * freshFactor : learningRate;
    }

    double weightDecay(Weight weight) {
        return weight.rank() > 1 ? weightDecay : 0;
    }
}
