package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In fp32 the engine gives the formulas' answers on every operation, and the reference's logits on every family. */
class OneDnnGoldenTest {

    private static final float TOLERANCE = 1e-4f;

    private static final LoadOptions OPTIONS =
            LoadOptions.defaults().withEngine(OneDnnEngine.NAME).withPrecision(Precision.FP32);

    static Stream<Case> cases() {
        return EngineSuite.cases();
    }

    static Stream<String> checkpoints() {
        return Goldens.CHECKPOINTS.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheFormulas(Case test) {
        EngineOptions fp32 = new EngineOptions(2, Precision.FP32);
        try (Executable executable = new OneDnnEngine().compile(test.program(), fp32)) {
            EngineSuite.assertClose(executable.run(test.batch()), test.expected(), TOLERANCE);
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
            assertThat(model.info().engine()).isEqualTo(OneDnnEngine.NAME);
            assertLogits(model, Goldens.read("embedded"));
        }
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
