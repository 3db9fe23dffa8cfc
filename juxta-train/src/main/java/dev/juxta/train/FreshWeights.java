package dev.juxta.train;

import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Makes the weights of a head, always the same for a seed. */
final class FreshWeights implements Weights.Missing {

    /** Of matrices, as BERT's. */
    private static final double DEVIATION = 0.02;

    private final Random random;
    private final Map<String, Weight> made = new LinkedHashMap<>();

    FreshWeights(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public Weight make(String name, int... shape) {
        return made.computeIfAbsent(name, key -> {
            int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            float[] values = new float[count];
            if (shape.length > 1) {
                for (int i = 0; i < count; i++) {
                    values[i] = (float) (DEVIATION * random.nextGaussian());
                }
            } else if (!name.endsWith("bias")) {
                Arrays.fill(values, 1); // the scale of a norm
            }
            return Weight.of(name, values, shape);
        });
    }

    /** The names of those that were made. */
    Set<String> names() {
        return new TreeSet<>(made.keySet());
    }
}
