package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.onednn.Networks.Shape;
import dev.juxta.ops.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads, memory and the kernels that are used. */
class OneDnnExecutableTest {

    private final Networks networks = new Networks(3);
    private final Program program = networks.program(Shape.bert(2, 4, 32, 512));

    private OneDnnExecutable compile(Precision precision) {
        assumeTrue(precision != Precision.BF16 || Natives.hasBf16(), "this processor has no bf16");
        return (OneDnnExecutable) new OneDnnEngine().compile(program, new EngineOptions(2, precision));
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "BF16", "INT8"})
    void usesNoSlowKernel(Precision precision) {
        try (OneDnnExecutable executable = compile(precision)) {
            executable.run(PackedBatch.of(networks.sequences(1, 20, 90, 300, 64, 128, 128, 500)));
            assertThat(executable.kernels())
                    .isNotEmpty()
                    .allSatisfy(kernel -> assertThat(kernel.implementation())
                            .as("%s", kernel.spec())
                            .doesNotStartWith("ref")
                            .doesNotStartWith("gemm:ref"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "BF16", "INT8"})
    void givesManyCallersTheAnswersOfOne(Precision precision) throws Exception {
        List<PackedBatch> batches = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            batches.add(PackedBatch.of(networks.sequences(1 + i, 90, 3 * i + 1)));
        }
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try (Executable executable = compile(precision)) {
            List<float[]> alone = batches.stream().map(executable::run).toList();
            List<Future<float[]>> together = new ArrayList<>();
            for (PackedBatch batch : batches) {
                together.add(callers.submit(() -> executable.run(batch)));
            }
            for (int i = 0; i < batches.size(); i++) {
                float[] result = together.get(i).get();
                for (int j = 0; j < result.length; j++) {
                    assertThat(Math.abs(result[j] - alone.get(i)[j]))
                            .isLessThan(precision == Precision.FP32 ? 1e-5f : 0.02f);
                }
            }
        } finally {
            callers.shutdown();
        }
    }

    @Test
    void keepsNativeMemoryFlatAndFreesItWhenClosed() {
        long before = Region.allocated();
        OneDnnExecutable executable = compile(Precision.FP32);
        PackedBatch batch = PackedBatch.of(networks.sequences(10, 100, 30));
        PackedBatch longer = PackedBatch.of(networks.sequences(500, 10));
        for (int i = 0; i < 100; i++) { // each thread has seen each share
            executable.run(batch);
            executable.run(longer);
        }
        long warm = Region.allocated();
        for (int i = 0; i < 1000; i++) {
            executable.run(batch);
            executable.run(longer);
        }
        assertThat(Region.allocated() - warm).isLessThan(1 << 16);
        executable.close();
        assertThat(Region.allocated()).isEqualTo(before);
        assertThatThrownBy(() -> executable.run(batch))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("This model is closed");
    }

    @Test
    void tellsTheCallerOfAFailureAndLivesOn() {
        try (Executable executable = compile(Precision.FP32)) {
            PackedBatch outside = new PackedBatch(new int[] {1, 9999}, new int[2], new int[] {0, 1}, new int[] {0, 2});
            assertThatThrownBy(() -> executable.run(outside))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("9999");
            assertThat(executable.run(PackedBatch.of(networks.sequences(5)))).hasSize(3);
        }
    }
}
