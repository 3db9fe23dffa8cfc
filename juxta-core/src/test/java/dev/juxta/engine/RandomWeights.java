package dev.juxta.engine;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Random weights, scaled so that values stay near one. */
record RandomWeights(Random random) {

    Weight weight(int... shape) {
        int count = IntStream.of(shape).reduce(1, Math::multiplyExact);
        float[] values = EngineSuite.gaussians(random, count);
        double scale = shape.length == 1 ? 1 : 1 / Math.sqrt(shape[1]);
        for (int i = 0; i < count; i++) {
            values[i] *= (float) scale;
        }
        return Weight.of("w", values, shape);
    }

    Linear linear(int in, int out) {
        return new Linear(weight(out, in), Optional.of(weight(out)));
    }

    Norm norm(int width) {
        return Norm.layer(weight(width), Optional.of(weight(width)), 1e-3f);
    }
}
