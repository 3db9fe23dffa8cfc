package dev.juxta.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How alike two vectors are: the larger, the more. As sentence-transformers has them, computed in double precision; the
 * distances count as negative similarities.
 */
public enum Similarity {
    /** a·b / (|a| |b|), from −1 to 1; 0 if either is 0 */
    COSINE {
        @Override
        public float of(float[] a, float[] b) {
            double lengths = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
            return (float) (dot(a, b) / Math.max(SMALLEST, lengths));
        }
    },
    /** a·b */
    DOT {
        @Override
        public float of(float[] a, float[] b) {
            return (float) dot(a, b);
        }
    },
    /** −|a − b| */
    EUCLIDEAN {
        @Override
        public float of(float[] a, float[] b) {
            requireSameWidth(a, b);
            double squares = 0;
            for (int i = 0; i < a.length; i++) {
                double difference = (double) a[i] - b[i];
                squares += difference * difference;
            }
            return (float) -Math.sqrt(squares);
        }
    },
    /** −Σ|aᵢ − bᵢ| */
    MANHATTAN {
        @Override
        public float of(float[] a, float[] b) {
            requireSameWidth(a, b);
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += Math.abs((double) a[i] - b[i]);
            }
            return (float) -sum;
        }
    };

    private static final double SMALLEST = 1e-24;

    /**
     * How alike two vectors are.
     *
     * @throws IllegalArgumentException if they are not of the same width
     */
    public abstract float of(float[] a, float[] b);

    private static double dot(float[] a, float[] b) {
        requireSameWidth(a, b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static void requireSameWidth(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "Vectors of " + a.length + " and " + b.length + " dimensions cannot be compared");
        }
    }

    /**
     * Reads {@code cosine}, {@code dot}, {@code euclidean} or {@code manhattan}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Similarity named(String name) {
        return Arrays.stream(values())
                .filter(similarity -> similarity.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is not one of "
                        + Arrays.stream(values()).map(Similarity::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
