package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.Goldens;
import dev.juxta.engine.Precision;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every architecture on fast kernels, on this processor and, as far as oneDNN can pretend, on older ones. */
class InstructionSetsTest {

    @TempDir
    private Path folder;

    static Stream<String> checkpoints() {
        return Goldens.CHECKPOINTS.stream();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void noArchitectureRunsOnASlowKernel(String name) throws IOException {
        for (Precision precision : List.of(Precision.FP32, Precision.BF16, Precision.INT8)) {
            if (precision != Precision.BF16 || Natives.hasBf16()) {
                assertThat(InstructionSets.slowKernels(name, precision)).isEmpty();
            }
        }
        assertThat(InstructionSets.slowKernelsOfHalf(name, 0)).isEmpty();
        assertThat(InstructionSets.slowKernelsOfHalf(name, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AVX2", "AVX512_CORE", "AVX512_CORE_VNNI"})
    void anOlderProcessorGivesTheSameScoresOnFastKernels(String isa) throws Exception {
        Ended ended = run(InstructionSets.class, Map.of("ONEDNN_MAX_CPU_ISA", isa), "-Djuxta.cache=" + folder);
        assertThat(ended.output).startsWith("onednn ").doesNotContain("bf16");
        assertThat(ended.code).as(ended.output).isZero();
    }

    /** Says on which engine a model runs when it is loaded twice. */
    public static final class WhichEngine {
        private WhichEngine() {}

        /** Loads a model twice. */
        public static void main(String[] arguments) throws IOException {
            for (int i = 0; i < 2; i++) {
                try (var model = dev.juxta.CrossEncoder.load(Goldens.folder("bert-tiny-1label"))) {
                    System.out.println(model.info().engine());
                }
            }
        }
    }

    @Test
    void withoutNativesTheReferenceEngineTakesOverAndSaysSoOnce() throws Exception {
        Ended ended = run(WhichEngine.class, Map.of(), "-Dorg.bytedeco.javacpp.platform=solaris-sparc");
        assertThat(ended.output.lines().filter(line -> line.equals("reference")))
                .hasSize(2);
        assertThat(ended.output.lines().filter(line -> line.contains("The onednn engine cannot run here")))
                .hasSize(1);
    }

    private record Ended(int code, String output) {}

    private static Ended run(Class<?> program, Map<String, String> environment, String option) throws Exception {
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-cp",
                classes,
                program.getName());
        builder.directory(new File(System.getProperty("basedir", ".")));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
