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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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
    void keepsNativeMemoryFlatAndFreesItWhenClosed() throws InterruptedException {
        long before = Region.allocated();
        OneDnnExecutable executable = compile(Precision.FP32);
        PackedBatch batch = PackedBatch.of(networks.sequences(10, 100, 30));
        PackedBatch longer = PackedBatch.of(networks.sequences(500, 10));
        IntStream.range(0, 200)
                .parallel()
                .forEach(
                        i -> { // each thread has seen each share, and two requests at once
                            executable.run(batch);
                            executable.run(longer);
                        });
        Thread.sleep(2_000); // and idle threads have warmed up what they like
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

    @Test
    void openingAndClosingAgainAndAgainTakesNoMoreMemory() throws IOException {
        PackedBatch batch = PackedBatch.of(networks.sequences(10, 100, 30));
        long before = Region.allocated();
        long resident = 0;
        for (int i = 0; i < 150; i++) {
            if (i == 50) {
                resident = residentBytes();
            }
            try (OneDnnExecutable executable = compile(Precision.FP32)) {
                executable.run(batch);
            }
            assertThat(Region.allocated()).isEqualTo(before);
        }
        assertThat(residentBytes() - resident)
                .as("growth over 100 models of 2 MB")
                .isLessThan(64L << 20);
    }

    @Test
    void requestsOfEveryLengthKeepABoundedNumberOfKernels() {
        try (OneDnnExecutable executable = compile(Precision.FP32)) {
            for (int length = 1; length <= Networks.POSITIONS; length++) {
                executable.run(PackedBatch.of(networks.sequences(length, 1 + 7 * length % 90)));
            }
            assertThat(executable.kernels().size()).isLessThanOrEqualTo(Kernels.MOST);
        }
    }

    /** What the process has resident; 0 where the system does not tell. */
    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        System.gc();
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
                .sum();
    }
}
