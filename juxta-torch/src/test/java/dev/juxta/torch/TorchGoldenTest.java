package dev.juxta.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.Goldens.Golden;
import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.EngineSuite;
import dev.juxta.engine.EngineSuite.Case;
import dev.juxta.engine.Executable;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine gives the formulas' answers on every operation, and the reference's logits on every family. */
class TorchGoldenTest {

    private static final float TOLERANCE = 1e-4f;

    private static final LoadOptions OPTIONS =
            LoadOptions.defaults().withEngine(TorchEngine.NAME).withThreads(1);

    /** Of the embedded model's pairs, which are many, one in so many is scored. */
    private static final int STRIDE = 8;

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(Natives.obstacle().isEmpty(), () -> Natives.obstacle().orElse(""));
    }

    static Stream<Case> cases() {
        return EngineSuite.cases();
    }

    static Stream<String> checkpoints() {
        return Goldens.CHECKPOINTS.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheFormulas(Case test) {
        EngineOptions fp32 = new EngineOptions(1, Precision.FP32);
        try (Executable executable = new TorchEngine().compile(test.program(), fp32)) {
            EngineSuite.assertClose(executable.run(test.batch()), test.expected(), TOLERANCE);
        }
    }

    /** bf16 keeps eight bits: near the formulas, not on them. */
    @ParameterizedTest
    @MethodSource("cases")
    void isNearTheFormulasInBf16(Case test) {
        assumeTrue(Natives.hasBf16(), "bf16 is emulated on this processor");
        EngineOptions bf16 = new EngineOptions(1, Precision.BF16);
        try (Executable executable = new TorchEngine().compile(test.program(), bf16)) {
            EngineSuite.assertClose(executable.run(test.batch()), test.expected(), 0.15);
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void logitsAreTheReferences(String name) throws IOException {
        try (CrossEncoder model = CrossEncoder.load(Goldens.folder(name), OPTIONS)) {
            assertLogits(model, Goldens.read(name));
        }
    }

    @Test
    void embeddedModelIsTheReferences() throws IOException {
        try (CrossEncoder model = CrossEncoder.embedded(OPTIONS)) {
            assertThat(model.info().engine()).isEqualTo(TorchEngine.NAME);
            List<Golden> all = Goldens.read("embedded");
            assertLogits(
                    model,
                    IntStream.range(0, all.size() / STRIDE)
                            .mapToObj(i -> all.get(i * STRIDE))
                            .toList());
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        Case any = EngineSuite.cases().findFirst().orElseThrow();
        EngineOptions int8 = new EngineOptions(1, Precision.INT8);
        assertThatThrownBy(() -> new TorchEngine().compile(any.program(), int8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot compute in int8; use precision auto, fp32 or bf16");
        Executable executable = new TorchEngine().compile(any.program(), new EngineOptions(1, Precision.AUTO));
        executable.close();
        assertThatThrownBy(() -> executable.run(any.batch()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static void assertLogits(CrossEncoder model, List<Golden> goldens) {
        List<Score> scores = model.score(goldens.stream().map(Golden::pair).toList());
        for (int i = 0; i < goldens.size(); i++) {
            for (int label = 0; label < goldens.get(i).logits().length; label++) {
                assertThat(scores.get(i).logits().get(label))
                        .as("logit %d of pair %d", label, i)
                        .isCloseTo(goldens.get(i).logits()[label], within(TOLERANCE));
            }
        }
    }
}
