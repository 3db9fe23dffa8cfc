package dev.juxta.eval;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How far a number would vary had other queries been drawn: the percentile interval of its values on resamples, drawn with
 * replacement (Efron, "Bootstrap methods: another look at the jackknife", 1979). The seed is fixed, so the same numbers
 * give the same interval.
 *
 * @param resamples how many, at least 1
 * @param confidence the share of resamples that lie within, above 0 and below 1
 */
public record Bootstrap(int resamples, double confidence) {

    private static final long SEED = 20_260;
    private static final Bootstrap DEFAULTS = new Bootstrap(2000, 0.95);

    public Bootstrap {
        if (resamples < 1 || !(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "A bootstrap wants resamples from 1 on and a confidence between 0 and 1, not " + resamples + " and "
                            + confidence);
        }
    }

    /** Both ends of an interval. */
    public record Interval(double low, double high) {}

    /** 95 % of 2,000 resamples. */
    public static Bootstrap defaults() {
        return DEFAULTS;
    }

    /** The interval of a mean. */
    public Interval ofMean(double[] values) {
        return of(values.length, drawn -> {
            double sum = 0;
            for (int i : drawn) {
                sum += values[i];
            }
            return sum / drawn.length;
        });
    }

    /**
     * The interval of any statistic.
     *
     * @param size how many samples there are, at least 1
     * @param statistic computes it from the indices of the samples that were drawn, which it may not keep
     */
    public Interval of(int size, ToDoubleFunction<int[]> statistic) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] values = new double[resamples];
        int[] drawn = new int[size];
        for (int i = 0; i < resamples; i++) {
            Arrays.setAll(drawn, j -> random.nextInt(size));
            values[i] = statistic.applyAsDouble(drawn);
        }
        Arrays.sort(values);
        double tail = (1 - confidence) / 2;
        return new Interval(quantile(values, tail), quantile(values, 1 - tail));
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
