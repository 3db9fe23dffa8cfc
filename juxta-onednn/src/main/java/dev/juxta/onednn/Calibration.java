package dev.juxta.onednn;

import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.ops.Program;
import dev.juxta.ops.Value;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a program did in fp32 on sample batches.
 *
 * @param quantization the ranges that its products' inputs kept to
 * @param logits the results, one array for each batch
 */
record Calibration(Quantization quantization, List<float[]> logits) {

    /** Runs the program on the samples, watching the inputs of its products. */
    static Calibration run(Program program, List<PackedBatch> samples, int threads) {
        Map<Value, Ranges> ranges = new HashMap<>();
        Set<Value> common = new HashSet<>();
        for (Fusion.Node node : Fusion.apply(program)) {
            if (node instanceof Fusion.Product product) {
                if (product.x().rows().equals(Value.Rows.TOKENS)) {
                    ranges.computeIfAbsent(
                            product.x(), x -> new Ranges(product.layers().get(0).in()));
                }
                if (product.outputs().size() == 1) {
                    common.addAll(product.outputs());
                }
            }
        }
        Kernels kernels = new Kernels();
        Plan plan = Planner.plan(program, Precision.FP32, kernels, Quantization.NONE, new HashMap<>(ranges));
        List<float[]> logits = new ArrayList<>();
        try (OneDnnExecutable executable = new OneDnnExecutable(plan, Precision.FP32, kernels, threads)) {
            for (PackedBatch sample : samples) {
                logits.add(executable.run(sample));
            }
        }
        Map<Value, float[]> largest = new HashMap<>();
        ranges.forEach((value, seen) -> largest.put(value, seen.largest()));
        return new Calibration(new Quantization(largest, common), logits);
    }

    /** The largest magnitude of each column seen so far. */
    private static final class Ranges implements Steps.Product.Observer {
        private final float[] largest;

        Ranges(int width) {
            this.largest = new float[width];
        }

        synchronized float[] largest() {
            return largest.clone();
        }

        @Override
        public void see(FloatBuffer rows, int count, int width) {
            float[] row = new float[width];
            float[] seen = new float[width];
            for (int i = 0; i < count; i++) {
                rows.get(row);
                for (int j = 0; j < width; j++) {
                    seen[j] = Math.max(seen[j], Math.abs(row[j]));
                }
            }
            synchronized (this) {
                for (int j = 0; j < width; j++) {
                    largest[j] = Math.max(largest[j], seen[j]);
                }
            }
        }
    }
}
