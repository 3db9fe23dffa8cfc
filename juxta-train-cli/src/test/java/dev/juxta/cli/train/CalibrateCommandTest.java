package dev.juxta.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.CrossEncoder;
import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.TextPair;
import dev.juxta.cli.train.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CalibrateCommandTest {

    private static final List<String> ASKED = List.of(
            "river", "stone", "cloud", "bread", "glass", "horse", "window", "paper", "winter", "music", "engine",
            "garden", "island", "metal", "planet", "school", "summer", "ticket", "valley", "yellow");

    @TempDir
    private Path folder = Path.of("");

    /** What the embedded model tells apart, with one in eight judged the other way round. */
    private Path judged() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < ASKED.size(); i++) {
            String word = ASKED.get(i);
            String other = ASKED.get((i + 7) % ASKED.size());
            boolean turned = i % 8 == 0;
            lines.add(
                    "{\"query\":\"What is a %s?\",\"documents\":[\"A %s is a thing that this text explains.\",\"The %s was late.\"],\"labels\":[%d,%d]}"
                            .formatted(word, word, other, turned ? 0 : 1, turned ? 1 : 0));
        }
        return Files.write(folder.resolve("judged.jsonl"), lines);
    }

    @Test
    void writesAModelWhoseScoresAreThoseProbabilities() throws IOException {
        Path out = folder.resolve("calibrated");
        Result result = Cli.run("calibrate", "--data", judged().toString(), "--out", out.toString(), "--json");
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        JsonNode object = result.json();
        assertThat(object.get("pairs").asInt()).isEqualTo(40);
        assertThat(object.get("relevant").asInt()).isEqualTo(20);
        assertThat(object.get("held_out_pairs").asInt()).isEqualTo(6);
        double slope = object.get("slope").asDouble();
        double intercept = object.get("intercept").asDouble();
        List<TextPair> pair = List.of(new TextPair("What is a river?", "A river is a thing."));
        try (CrossEncoder before = CrossEncoder.embedded();
                CrossEncoder after = CrossEncoder.load(out)) {
            float logit = before.score(pair, ScoreOptions.defaults()).get(0).logit();
            Score score = after.score(pair, ScoreOptions.defaults()).get(0);
            assertThat((double) score.logit()).isCloseTo(slope * logit + intercept, within(1e-3));
            assertThat((double) score.value()).isCloseTo(1 / (1 + Math.exp(-slope * logit - intercept)), within(1e-4));
            assertThat(after.info().noMatchBelow().orElseThrow())
                    .isEqualTo(object.get("no_match_below").asDouble());
        }
        Result again = Cli.run("calibrate", "--data", judged().toString(), "--out", out.toString());
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("has a model in it already");
    }

    @Test
    void refusesWhatTeachesNothing() throws IOException {
        Path few = Files.writeString(folder.resolve("few.tsv"), "a\tb\t1\na\tc\t0\n");
        Path out = folder.resolve("none");
        Result result = Cli.run("calibrate", "--data", few.toString(), "--out", out.toString());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("at least 10 relevant");
        assertThat(out).doesNotExist();
        assertThat(Cli.run(
                                "calibrate",
                                "--model",
                                Cli.golden("bert-3labels"),
                                "--data",
                                few.toString(),
                                "--out",
                                out.toString())
                        .err())
                .contains("one label");
        assertThat(Cli.run("calibrate", "--data", few.toString(), "--out", out.toString(), "--format", "fp8")
                        .err())
                .contains("fp32 or fp16");
    }
}
