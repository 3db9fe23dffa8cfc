package dev.juxta.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.CrossEncoder;
import dev.juxta.TextPair;
import dev.juxta.cli.train.Cli.Result;
import dev.juxta.torch.TorchEngine;
import dev.juxta.train.ExampleFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillCommandTest {

    private static final String TEACHER = Cli.golden("bert-deep-narrow");

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(
                new TorchEngine().obstacle().isEmpty(),
                () -> new TorchEngine().obstacle().orElse(""));
    }

    private Path lists() throws IOException {
        List<String> words = List.of("river", "stone", "cloud", "bread", "glass", "horse");
        List<String> lines = new ArrayList<>();
        for (String query : words) {
            for (String other : words) {
                lines.add("{\"query\":\"%s\",\"positive\":\"the %s\",\"negatives\":[\"a %s\",\"the old %s\"]}"
                        .formatted(query, query, other, other));
            }
        }
        return Files.write(folder.resolve("lists.jsonl"), lines);
    }

    private Result distill(Path data, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(
                                "distill",
                                "--data",
                                data.toString(),
                                "--out",
                                folder.resolve("student").toString(),
                                "--threads",
                                "1",
                                "--lr",
                                "2e-3"),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private static List<Float> logits(Path model) throws IOException {
        try (CrossEncoder loaded = CrossEncoder.load(model)) {
            return loaded
                    .score(List.of(
                            new TextPair("river", "the river"),
                            new TextPair("river", "a horse"),
                            new TextPair("cloud", "the old glass")))
                    .stream()
                    .map(score -> score.logit())
                    .toList();
        }
    }

    @Test
    void aStudentWithFewerLayersLearnsTheTeachersScores() throws IOException {
        Result result = distill(
                lists(), "--teacher", TEACHER, "--student-layers", "2", "--loss", "mse", "--steps", "120", "--json");
        assertThat(result.err()).isEmpty();
        assertThat(result.json().path("finished").booleanValue()).isTrue();
        Path student = folder.resolve("student");
        assertThat(Files.readString(student.resolve("config.json"))).containsPattern("\"num_hidden_layers\" : 2");
        assertThat(Files.readString(student.resolve("training.svg")))
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
                .contains("<path class=\"line");
        assertThat(Files.readString(student.resolve("README.md")))
                .contains("It keeps 2 of that model's layers", "| loss | mse,", "![loss](training.svg)");
        try (DirectoryStream<Path> scores = Files.newDirectoryStream(student, "teacher-*.jsonl")) {
            List<Path> files = new ArrayList<>();
            scores.forEach(files::add);
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> assertThat(ExampleFile.read(file)).hasSize(36));
        }
        List<Float> taught = logits(Path.of(TEACHER));
        List<Float> learned = logits(student);
        for (int i = 0; i < taught.size(); i++) {
            assertThat(learned.get(i)).isCloseTo(taught.get(i), within(0.25f));
        }
    }

    @Test
    void aStudentOfAllLayersBeginsAsTheTeacher() throws IOException {
        Result result = distill(lists(), "--teacher", TEACHER, "--student-layers", "7", "--steps", "1", "--json");
        assertThat(result.json().path("value").doubleValue()).isLessThan(1e-6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--teacher T --steps 1 | 2 | --student-layers",
                "--teacher T --student-layers 99 --steps 1 | 2 | layers; keep 1 to",
                "--teacher T --student-layers 1 --steps 1 --loss bce | 2 | choose one of kl, margin-mse",
                "--teacher T3 --student-layers 1 --steps 1 | 1 | a teacher has one label",
                "--teacher T --student-layers 1 | 2 | how long to train"
            })
    void refusesInASentence(String options, int code, String words) throws IOException {
        Result result = distill(
                lists(),
                options.replace("T3", Cli.golden("bert-3labels"))
                        .replace("T ", TEACHER + " ")
                        .split(" "));
        assertThat(result.err()).startsWith("juxta: ").contains(words).doesNotContain("Exception");
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.code()).isEqualTo(code);
    }
}
