package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.reference.ReferenceEngine;
import dev.juxta.onednn.Networks.Relative;
import dev.juxta.onednn.Networks.Shape;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Program;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine against the definition of the answer, at odd sizes. */
class OneDnnEngineTest {

    private static final double TOLERANCE = 1e-4;

    private static float[] reference(Program program, PackedBatch batch) {
        EngineOptions options = new EngineOptions(2, Precision.FP32);
        try (Executable executable = new ReferenceEngine().compile(program, options)) {
            return executable.run(batch);
        }
    }

    private static double distance(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).isNotNaN();
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    private static final int[][] LENGTHS = {
        {1}, {2, 1, 1}, {17}, {31, 3, 64}, {1, 1, 1, 1, 1, 1, 1, 300}, {33, 20, 5, 77, 128, 9, 1, 16, 255, 257}
    };

    private static <T> T any(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void givesTheReferencesAnswersOnRandomNetworks(long seed) {
        Random random = new Random(seed);
        int group = random.nextBoolean() ? 1 : 2;
        int keyValueHeads = 1 + random.nextInt(3);
        Relative relative = any(Relative.values(), random);
        Shape shape = new Shape(
                1 + random.nextInt(3),
                keyValueHeads * group,
                relative == Relative.DISENTANGLED ? keyValueHeads * group : keyValueHeads,
                2 * (1 + random.nextInt(20)),
                1 + random.nextInt(100),
                new Mask(random.nextBoolean(), random.nextBoolean() ? Mask.NO_WINDOW : random.nextInt(40)),
                random.nextBoolean() ? Optional.of(new Attention.Rotary(10_000)) : Optional.empty(),
                relative,
                random.nextBoolean(),
                random.nextBoolean(),
                any(Pooling.values(), random),
                any(ActivationFunction.values(), random));
        Networks networks = new Networks(seed);
        Program program = networks.program(shape);
        for (int[] lengths : LENGTHS) {
            PackedBatch batch = PackedBatch.of(networks.sequences(lengths));
            float[] expected = reference(program, batch);
            for (int threads : new int[] {1, 3}) {
                EngineOptions options = new EngineOptions(threads, Precision.FP32);
                try (Executable executable = new OneDnnEngine().compile(program, options)) {
                    for (int i = 0; i < 20; i++) { // threads that share a chunk meet in other orders
                        assertThat(distance(executable.run(batch), expected))
                                .as("%s, lengths %s, %d threads", shape, Arrays.toString(lengths), threads)
                                .isLessThan(TOLERANCE);
                    }
                }
            }
        }
    }

    @Test
    void scoresAPairInABatchAsItDoesAlone() {
        Networks networks = new Networks(7);
        Program program = networks.program(Shape.bert(3, 4, 16, 128));
        List<PackedBatch.Sequence> sequences = networks.sequences(5, 120, 64, 3, 250, 17, 90, 91, 1, 400, 128);
        for (Precision precision :
                Natives.hasBf16() ? EnumSet.of(Precision.FP32, Precision.BF16) : EnumSet.of(Precision.FP32)) {
            double tolerance = precision == Precision.FP32 ? 1e-5 : 2e-2;
            try (Executable executable = new OneDnnEngine().compile(program, new EngineOptions(2, precision))) {
                float[] together = executable.run(PackedBatch.of(sequences));
                for (int i = 0; i < sequences.size(); i++) {
                    float[] alone = executable.run(PackedBatch.of(List.of(sequences.get(i))));
                    for (int j = 0; j < 3; j++) {
                        assertThat((double) together[3 * i + j])
                                .isCloseTo(alone[j], org.assertj.core.data.Offset.offset(tolerance));
                    }
                }
            }
        }
    }
}
