package dev.juxta.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products and their derivatives are those of {@code torch.linear}, whichever library computes them. */
class ProductsTest {

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(Natives.obstacle().isEmpty(), () -> Natives.obstacle().orElse(""));
    }

    /** x [rows, in], weight [out, in], bias [out]. */
    private record Factors(Tensor x, Tensor weight, Tensor bias) {

        static Factors random(int rows, int in, int out) {
            Random random = new Random(5);
            return new Factors(leaf(random, rows, in), leaf(random, out, in), leaf(random, out));
        }

        private static Tensor leaf(Random random, int... shape) {
            float[] values = new float[shape.length == 1 ? shape[0] : shape[0] * shape[1]];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            long[] sizes = shape.length == 1 ? new long[] {shape[0]} : new long[] {shape[0], shape[1]};
            return Tensors.of(values, sizes).set_requires_grad(true);
        }

        /** The gradients of result · outer by each factor. */
        List<float[]> gradients(Tensor result, float[] outer) {
            Tensor by = Tensors.of(outer, result.size(0), result.size(1));
            result.backward(by, new BoolOptional(), false, new TensorArrayRefOptional());
            return List.of(Tensors.toFloats(x.grad()), Tensors.toFloats(weight.grad()), Tensors.toFloats(bias.grad()));
        }
    }

    private static float[] outer(int count) {
        float[] outer = new float[count];
        for (int i = 0; i < count; i++) {
            outer[i] = (float) Math.sin(i);
        }
        return outer;
    }

    private static void assertClose(float[] actual, float[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).as("at %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 7, 5", "63, 24, 16", "64, 24, 16", "65, 16, 1", "200, 33, 17", "300, 1, 3"})
    void areThoseOfLinear(int rows, int in, int out) {
        Factors factors = Factors.random(rows, in, out);
        Factors same = Factors.random(rows, in, out);
        Tensor actual = Products.of(factors.x(), factors.weight(), new TensorOptional(factors.bias()));
        Tensor expected = torch.linear(same.x(), same.weight(), new TensorOptional(same.bias()));
        double tolerance = 1e-5 * Math.max(in, rows);
        assertClose(Tensors.toFloats(actual), Tensors.toFloats(expected), tolerance);
        List<float[]> gradients = factors.gradients(actual, outer(rows * out));
        List<float[]> wanted = same.gradients(expected, outer(rows * out));
        for (int i = 0; i < gradients.size(); i++) {
            assertClose(gradients.get(i), wanted.get(i), tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"70, 24, 16", "3, 24, 16"})
    void knowRowsThatLieApartAndNoBias(int rows, int in, int out) {
        Factors factors = Factors.random(in, rows, out); // the rows' columns, seen from the side
        Tensor rowsOfColumns = factors.x().t(); // [rows, in], its numbers apart
        Tensor weight = Factors.random(out, in, out).x();
        assertClose(
                Tensors.toFloats(Products.of(rowsOfColumns, weight, new TensorOptional())),
                Tensors.toFloats(torch.linear(rowsOfColumns, weight, new TensorOptional())),
                1e-5 * in);
    }
}
