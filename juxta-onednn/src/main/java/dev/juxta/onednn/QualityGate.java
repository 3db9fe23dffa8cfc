package dev.juxta.onednn;

import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Whether a faster precision keeps a model's ranking: it orders sample pairs as fp32 does. */
final class QualityGate {

    /** The least rank correlation (Spearman's ρ) with fp32, for each of the model's outputs. */
    static final double LEAST_CORRELATION = 0.98;

    private QualityGate() {}

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
