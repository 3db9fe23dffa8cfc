package dev.juxta.onednn;

import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Whether a faster precision keeps what a model is for: it orders sample pairs as fp32 does or, where the results are
 * vectors, it leaves their directions.
 */
final class QualityGate {

    /** The least rank correlation (Spearman's ρ) with fp32, for each of the model's outputs. */
    static final double LEAST_CORRELATION = 0.98;

    /** The least mean cosine of vectors with fp32's. */
    static final double LEAST_COSINE = 0.99;

    private QualityGate() {}

    /** How much is asked for. */
    static double least(boolean vectors) {
        return vectors ? LEAST_COSINE : LEAST_CORRELATION;
    }

    /**
     * How near an executable's results are to fp32's: {@link #cosine} or {@link #correlation}.
     *
     * @param width of the vectors
     */
    static double likeness(
            Executable executable, List<PackedBatch> samples, List<float[]> exact, boolean vectors, int width) {
        return vectors ? cosine(executable, samples, exact, width) : correlation(executable, samples, exact);
    }

    /** The mean cosine of an executable's vectors with fp32's; 0 if one is not finite. */
    private static double cosine(Executable executable, List<PackedBatch> samples, List<float[]> exact, int width) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < exact.size(); i++) {
            float[] a = exact.get(i);
            float[] b = executable.run(samples.get(i));
            for (int from = 0; from < a.length; from += width) {
                sum += cosine(a, b, from, width);
                count++;
            }
        }
        return Double.isFinite(sum) ? sum / Math.max(1, count) : 0;
    }

    private static double cosine(float[] a, float[] b, int from, int width) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int j = from; j < from + width; j++) {
            ab += (double) a[j] * b[j];
            aa += (double) a[j] * a[j];
            bb += (double) b[j] * b[j];
        }
        return aa == 0 && bb == 0 ? 1 : ab / Math.sqrt(aa * bb);
    }

    /**
     * The rank correlation of an executable's results with fp32's, the least over the columns of the result.
     *
     * @param exact fp32's results for each sample
     */
    static double correlation(Executable executable, List<PackedBatch> samples, List<float[]> exact) {
        List<float[]> rough = new ArrayList<>();
        for (PackedBatch sample : samples) {
            rough.add(executable.run(sample));
        }
        int sequences = samples.stream().mapToInt(PackedBatch::sequences).sum();
        int numbers = exact.stream().mapToInt(logits -> logits.length).sum();
        int columns = numbers % sequences == 0 ? numbers / sequences : 1;
        double least = 1;
        for (int column = 0; column < columns; column++) {
            least = Math.min(least, spearman(column(exact, column, columns), column(rough, column, columns)));
        }
        return least;
    }

    private static double[] column(List<float[]> results, int column, int columns) {
        return results.stream()
                .flatMapToDouble(result ->
                        IntStream.range(0, result.length / columns).mapToDouble(row -> result[row * columns + column]))
                .toArray();
    }

    /** Spearman's ρ: the correlation of ranks, ties sharing their mean rank. NaN counts as no correlation. */
    static double spearman(double[] a, double[] b) {
        if (DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).anyMatch(Double::isNaN)) {
            return 0;
        }
        double[] x = ranks(a);
        double[] y = ranks(b);
        double mean = (x.length - 1) / 2.0;
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        if (xx == 0 || yy == 0) {
            return Arrays.equals(a, b) ? 1 : 0;
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static double[] ranks(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (i, j) -> Double.compare(values[i], values[j]));
        double[] ranks = new double[values.length];
        int from = 0;
        while (from < order.length) {
            int end = from + 1;
            while (end < order.length && values[order[end]] == values[order[from]]) {
                end++;
            }
            for (int i = from; i < end; i++) {
                ranks[order[i]] = (from + end - 1) / 2.0;
            }
            from = end;
        }
        return ranks;
    }
}
