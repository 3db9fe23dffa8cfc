package dev.juxta.onednn;

import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.ops.Program;
import dev.juxta.ops.Value;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a program did in fp32 on sample batches.
 *
 * @param quantization the ranges that its products' inputs kept to
 * @param results the results, one array for each batch
 */
record Calibration(Quantization quantization, List<float[]> results) {

    /** Runs the program on the samples, watching the inputs of its products. */
    static Calibration run(Program program, List<PackedBatch> samples, Workers workers) {
        Map<Value, Ranges> ranges = new HashMap<>();
        for (Fusion.Node node : Fusion.apply(program)) {
            if (node instanceof Fusion.Product product) {
                if (product.x().rows().equals(Value.Rows.TOKENS)) {
                    ranges.computeIfAbsent(
                            product.x(), x -> new Ranges(product.layers().get(0).in()));
                }
            }
        }
        List<float[]> results = new ArrayList<>();
        try (OneDnnExecutable executable =
                OneDnnExecutable.of(program, Precision.FP32, Quantization.NONE, new HashMap<>(ranges), workers)) {
            for (PackedBatch sample : samples) {
                results.add(executable.run(sample));
            }
        }
        Map<Value, Quantization.Statistics> statistics = new HashMap<>();
        ranges.forEach((value, seen) -> statistics.put(value, seen.statistics()));
        return new Calibration(new Quantization(statistics), results);
    }

    /** What was seen of a value so far. */
    private static final class Ranges implements Steps.Product.Observer {
        private final float[] largest;
        private final double[] totals;
        private final double[] squares;
        private long rows;

        Ranges(int width) {
            this.largest = new float[width];
            this.totals = new double[width];
            this.squares = new double[width];
        }

        synchronized Quantization.Statistics statistics() {
            double[] means = new double[squares.length];
            double[] meanSquares = new double[squares.length];
            for (int j = 0; j < squares.length; j++) {
                means[j] = totals[j] / Math.max(1, rows);
                meanSquares[j] = squares[j] / Math.max(1, rows);
            }
            return new Quantization.Statistics(largest.clone(), means, meanSquares);
        }

        @Override
        public void see(FloatBuffer values, int count, int width) {
            float[] row = new float[width];
            float[] peaks = new float[width];
            double[] sums = new double[width];
            double[] squareSums = new double[width];
            for (int i = 0; i < count; i++) {
                values.get(row);
                for (int j = 0; j < width; j++) {
                    peaks[j] = Math.max(peaks[j], Math.abs(row[j]));
                    sums[j] += row[j];
                    squareSums[j] += (double) row[j] * row[j];
                }
            }
            synchronized (this) {
                rows += count;
                for (int j = 0; j < width; j++) {
                    largest[j] = Math.max(largest[j], peaks[j]);
                    totals[j] += sums[j];
                    squares[j] += squareSums[j];
                }
            }
        }
    }
}
