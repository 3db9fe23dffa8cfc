package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.Linear;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of bytes are exact for all inputs, also where the processor sums pairs of them in 16 bits. */
class WeightRoundingTest {

    private static final int LARGEST_BYTE = 255;

    private static Quantization.Steps steps(int in, int zero) {
        float[] units = new float[in];
        Arrays.fill(units, 0.5f);
        return new Quantization.Steps(units, 0, zero, 0, new double[in]);
    }

    /** Weights of one size and inputs at their limit: without room, a pair is 2 · 255 · 127, twice what 16 bits hold. */
    @ParameterizedTest
    @CsvSource({"1, 64, 48, 0", "5, 64, 48, 128", "32, 384, 33, 128", "17, 130, 64, 0"})
    void theLargestInputsAndWeightsDoNotSaturate(int rows, int in, int out, int zero) {
        float[] weights = new float[out * in];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i / in % 2 == 0 ? 0.25f : -0.25f;
        }
        Linear layer = new Linear(Weight.of("weights", weights, out, in), Optional.empty());
        float[] result = product(layer, steps(in, zero), rows);
        float each = 0.25f * 0.5f * (LARGEST_BYTE - zero);
        for (int i = 0; i < result.length; i++) {
            float expected = i % out % 2 == 0 ? each * in : -each * in;
            assertThat(result[i])
                    .as("row %d column %d", i / out, i % out)
                    .isBetween(expected - 0.05f, expected + 0.05f);
        }
    }

    /** Rows of the largest byte, multiplied by the engine's own kernel. */
    private static float[] product(Linear layer, Quantization.Steps steps, int rows) {
        int in = layer.in();
        int out = layer.out();
        byte[] inputs = new byte[rows * in];
        Arrays.fill(inputs, (byte) LARGEST_BYTE);
        KernelSpec.Product spec = new KernelSpec.Product(
                rows,
                in,
                out,
                NumberType.U8,
                NumberType.F32,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0);
        float[] result = new float[rows * out];
        try (Kernels kernels = new Kernels();
                PackedMatrix matrix =
                        PackedMatrix.of(List.of(layer), NumberType.U8, Optional.of(steps), kernels.layouts());
                Region source = Region.of(inputs);
                Region target = Region.allocate((long) result.length * Float.BYTES);
                Worker worker = new Worker(kernels, 0)) {
            worker.run(
                    spec,
                    source.address(),
                    matrix.weights().address(),
                    matrix.bias().address(),
                    target.address(),
                    matrix.scales().orElseThrow().address());
            target.floats().get(result);
        }
        return result;
    }

    @Property(tries = 200)
    void noPairIsLargerThanItsLimit(@ForAll @IntRange(min = 1, max = 41) int in, @ForAll Random random) {
        float[] weights = new float[3 * in];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() * Math.exp(2 * random.nextGaussian()));
        }
        float[] scales = new float[3];
        byte[] bytes = new WeightRounding(steps(in, 0), 128).round(weights, scales, new float[3]);
        for (int row = 0; row < 3; row++) {
            for (int i = row * in; i + 1 < (row + 1) * in; i += 2) {
                if ((i - row * in) % 2 == 0 && Integer.signum(bytes[i]) == Integer.signum(bytes[i + 1])) {
                    assertThat(Math.abs(bytes[i] + bytes[i + 1])).isLessThanOrEqualTo(128);
                }
            }
        }
    }

    @Property(tries = 50)
    void roundingInPairsIsAtLeastAsCloseAsHalfTheRange(@ForAll Random random) {
        int in = 64;
        float[] weights = new float[in];
        for (int i = 0; i < in; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        float[] scale = new float[1];
        byte[] bytes = new WeightRounding(steps(in, 0), 128).round(weights, scale, new float[1]);
        double error = 0;
        double halved = 0;
        float largest = 0;
        for (float weight : weights) {
            largest = Math.max(largest, Math.abs(weight));
        }
        for (int i = 0; i < in; i++) {
            error += Math.pow(weights[i] - bytes[i] * scale[0] / 0.5, 2);
            halved += Math.pow(weights[i] - Math.round(weights[i] / largest * 64) * largest / 64, 2);
        }
        assertThat(error).isLessThanOrEqualTo(halved * 1.0001);
    }
}
