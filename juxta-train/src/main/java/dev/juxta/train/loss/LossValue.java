package dev.juxta.train.loss;

/**
 * What a loss makes of a batch.
 *
 * @param value the loss
 * @param gradient its derivative by each score, [scores]
 */
public record LossValue(double value, float[] gradient) {

    /** A value, and its gradient in double precision. */
    static LossValue of(double value, double[] gradient) {
        float[] rounded = new float[gradient.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) gradient[i];
        }
        return new LossValue(value, rounded);
    }
}
