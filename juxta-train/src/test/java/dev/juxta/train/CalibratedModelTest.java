package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.NumberFormat;
import dev.juxta.model.OutputActivation;
import dev.juxta.train.calibration.NoMatch;
import dev.juxta.train.calibration.PlattScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratedModelTest {

    private static final List<TextPair> PAIRS =
            List.of(new TextPair("a river", "the river is long"), new TextPair("bread", "stones and glass"));

    @TempDir
    Path folder;

    private static CheckpointFiles golden(String name) throws IOException {
        return CheckpointSource.directory(Goldens.folder(name));
    }

    private static List<Score> scores(Path model) throws IOException {
        try (CrossEncoder encoder = CrossEncoder.load(model)) {
            assertThat(encoder.info().activation()).isEqualTo(OutputActivation.SIGMOID);
            return encoder.score(PAIRS, ScoreOptions.defaults());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16"})
    void givesTheScaledLogitAsASigmoid(NumberFormat format) throws IOException {
        PlattScaling scaling = new PlattScaling(0.7, -1.25);
        Path out = folder.resolve("calibrated");
        CalibratedModel.write(
                golden("bert-tiny-1label"), out, scaling, Optional.of(new NoMatch(0.21, 0.9, 0.8)), format);
        try (CrossEncoder before = CrossEncoder.load(Goldens.folder("bert-tiny-1label"))) {
            List<Score> plain = before.score(PAIRS, ScoreOptions.defaults());
            List<Score> calibrated = scores(out);
            double tolerance = format == NumberFormat.FP16 ? 2e-2 : 1e-5;
            for (int i = 0; i < PAIRS.size(); i++) {
                float logit = plain.get(i).logits().get(0);
                assertThat((double) calibrated.get(i).logits().get(0)).isCloseTo(0.7 * logit - 1.25, within(tolerance));
                assertThat((double) calibrated.get(i).values().get(0))
                        .isCloseTo(scaling.probability(logit), within(tolerance));
            }
        }
        try (CrossEncoder calibrated = CrossEncoder.load(out)) {
            assertThat(calibrated.info().noMatchBelow()).contains(0.21);
            assertThat(calibrated.info().calibration().calibrated()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-3labels", "embedder-mean"})
    void refusesWhatHasNoOneScore(String name) {
        assertThatThrownBy(() -> CalibratedModel.write(
                        golden(name), folder, new PlattScaling(1, 0), Optional.empty(), NumberFormat.FP32))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no cross-encoder of one label");
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void overwritesNoModel() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{}");
        assertThatThrownBy(() -> CalibratedModel.write(
                        golden("bert-tiny-1label"),
                        folder,
                        new PlattScaling(1, 0),
                        Optional.empty(),
                        NumberFormat.FP32))
                .hasMessageContaining("has a model in it already");
        assertThat(Files.readString(folder.resolve("config.json"))).isEqualTo("{}");
    }
}
