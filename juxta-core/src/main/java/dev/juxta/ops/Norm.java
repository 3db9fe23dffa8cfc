package dev.juxta.ops;

import dev.juxta.checkpoint.Weight;
import java.util.Optional;

/**
 * A normalization of each row, or of each head in it: of every run of as many columns as γ is long.
 *
 * @param kind which statistic is taken out
 * @param scale γ [width]; the width of what is normalized is a multiple of it
 * @param shift β [width]
 * @param epsilon added to the variance (or mean square) before its root
 */
public record Norm(Kind kind, Weight scale, Optional<Weight> shift, float epsilon) {

    /** The statistic that a normalization divides by. */
    public enum Kind {
        /** (x − mean) / √(variance + ε) (Ba et al. 2016, arXiv:1607.06450) */
        LAYER,
        /** x / √(mean of squares + ε) (Zhang and Sennrich 2019, arXiv:1910.07467) */
        RMS
    }

    /** The number of columns that are normalized together. */
    public int width() {
        return scale.size(0);
    }

    public static Norm layer(Weight scale, Optional<Weight> shift, float epsilon) {
        return new Norm(Kind.LAYER, scale, shift, epsilon);
    }
}
