package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.onednn.Networks.Shape;
import dev.juxta.ops.Program;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faster precisions keep the order of fp32 in the families beside BERT too, without slow kernels. */
class FamilyPrecisionTest {

    static Stream<Arguments> families() {
        return Stream.of(Precision.BF16, Precision.INT8)
                .flatMap(precision -> Stream.of(Shape.deberta(), Shape.modern(), Shape.decoder())
                        .map(shape -> Arguments.of(precision, shape)));
    }

    @ParameterizedTest
    @MethodSource("families")
    void ordersAsFp32Does(Precision precision, Shape shape) {
        assumeTrue(precision != Precision.BF16 || Natives.hasBf16(), "this processor has no bf16");
        Networks networks = new Networks(5);
        Program program = networks.program(shape);
        int[] lengths = IntStream.range(0, 40).map(i -> 5 + 7 * i % 90).toArray();
        List<PackedBatch> samples = List.of(
                PackedBatch.of(networks.sequences(lengths)), PackedBatch.of(networks.sequences(300, 129, 1, 64)));
        List<float[]> exact;
        try (Executable executable = compile(program, Precision.FP32, samples)) {
            exact = samples.stream().map(executable::run).toList();
        }
        try (OneDnnExecutable executable = (OneDnnExecutable) compile(program, precision, samples)) {
            double least = precision == Precision.BF16 ? 0.998 : QualityGate.LEAST_CORRELATION;
            assertThat(QualityGate.correlation(executable, samples, exact)).isGreaterThan(least);
            assertThat(executable.kernels())
                    .isNotEmpty()
                    .allSatisfy(kernel -> assertThat(kernel.implementation())
                            .as("%s", kernel.spec())
                            .doesNotContain("ref"));
        }
    }

    private static Executable compile(Program program, Precision precision, List<PackedBatch> samples) {
        return new OneDnnEngine().compile(program, new EngineOptions(2, precision, () -> samples));
    }
}
