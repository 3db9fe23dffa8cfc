package dev.juxta.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.EngineSuite;
import dev.juxta.engine.EngineSuite.Case;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.ops.RowPruning;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference engine against formulas written out in double precision, one number at a time. */
class ReferenceEngineTest {

    static Stream<Case> cases() {
        return EngineSuite.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheFormulas(Case test) {
        float[] expected = test.expected();
        try (Executable executable = new ReferenceEngine().compile(test.program(), EngineOptions.defaults())) {
            EngineSuite.assertClose(executable.run(test.batch()), expected, 2e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void pruningChangesNothing(Case test) {
        try (Workers workers = new Workers(2)) {
            float[] whole = test.program()
                    .run(new ReferenceOps(test.batch(), new PackedWeights(test.program(), workers), workers))
                    .data();
            var pruned = RowPruning.apply(test.program());
            float[] narrow = pruned.run(new ReferenceOps(test.batch(), new PackedWeights(pruned, workers), workers))
                    .data();
            EngineSuite.assertClose(narrow, whole, 2e-6); // a window may begin elsewhere, and sums with it
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSequenceGivesTheSameBitsAlone(Case test) {
        try (Executable executable = new ReferenceEngine().compile(test.program(), EngineOptions.defaults())) {
            float[] together = executable.run(test.batch());
            int at = 0;
            for (PackedBatch alone : EngineSuite.split(test.batch())) {
                float[] rows = executable.run(alone);
                assertThat(rows).isEqualTo(Arrays.copyOfRange(together, at, at + rows.length));
                at += rows.length;
            }
            assertThat(at).isEqualTo(together.length);
        }
    }

    @Test
    void refusesAPrecisionThatItDoesNotHave() {
        Case any = EngineSuite.cases().findFirst().orElseThrow();
        EngineOptions int8 = new EngineOptions(1, Precision.INT8);
        assertThatThrownBy(() -> new ReferenceEngine().compile(any.program(), int8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("int8")
                .hasMessageContaining("fp32");
    }

    @Test
    void isClosedAfterClose() {
        Case any = EngineSuite.cases().findFirst().orElseThrow();
        Executable executable = new ReferenceEngine().compile(any.program(), EngineOptions.defaults());
        executable.close();
        executable.close();
        assertThatThrownBy(() -> executable.run(any.batch())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void erfIsWithinFourPartsInTenMillion() {
        for (double x = -6; x <= 6; x += 0.001) {
            assertThat((double) Functions.erf((float) x)).isCloseTo(erfSeries((float) x), within(4.5e-7));
        }
        assertThat(Functions.erf(Float.POSITIVE_INFINITY)).isCloseTo(1, within(1e-6f));
        assertThat(Functions.erf(Float.NaN)).isNaN();
    }

    /** erf by its Taylor series, or 1 where that has converged. */
    private static double erfSeries(double x) {
        if (Math.abs(x) > 5) {
            return Math.signum(x);
        }
        double sum = x;
        double term = x;
        for (int n = 1; n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    @Test
    void matrixProductIsRightAtOddSizes() {
        Random random = new Random(3);
        for (int[] size : new int[][] {{1, 1, 1}, {3, 7, 5}, {17, 9, 257}, {16, 8, 256}, {33, 31, 513}, {2, 1024, 3}}) {
            int rows = size[0];
            int inner = size[1];
            int columns = size[2];
            float[] a = EngineSuite.gaussians(random, rows * inner);
            float[] b = EngineSuite.gaussians(random, columns * inner); // [columns, inner]
            float[] c = new float[rows * columns];
            Panels panels = Panels.ofTransposed(b, 0, inner, columns, inner);
            MatrixProduct.multiply(a, 0, inner, rows, panels, c, 0, columns);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = 0;
                    for (int k = 0; k < inner; k++) {
                        sum += (double) a[i * inner + k] * b[j * inner + k];
                    }
                    assertThat((double) c[i * columns + j]).isCloseTo(sum, within(1e-4));
                }
            }
        }
    }
}
