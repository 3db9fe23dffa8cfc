package dev.juxta.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.CrossEncoder;
import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.cli.train.Cli.Result;
import dev.juxta.torch.TorchEngine;
import dev.juxta.train.ExampleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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
        try (Stream<Path> files = Files.list(student)) {
            List<Path> scores = files.filter(
                            file -> file.getFileName().toString().matches("teacher-.*[.]jsonl"))
                    .toList();
            assertThat(scores).hasSize(1);
            assertThat(ExampleFile.read(scores.get(0))).hasSize(36);
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

    /** The student that ranks judged examples best is the result; what ranks nothing cannot choose one. */
    @Test
    void heldOutExamplesChooseTheStudent() throws IOException {
        Path dev = Files.copy(lists(), folder.resolve("dev.jsonl"));
        String[] arguments = {"--teacher", TEACHER, "--student-layers", "2", "--steps", "60", "--json", "--dev"};
        String[] every = {dev.toString(), "--eval-every", "20", "--patience", "2"};
        Result result = distill(
                lists(),
                Stream.concat(Arrays.stream(arguments), Arrays.stream(every)).toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.json().path("best_step").longValue() % 20).isZero();
        assertThat(result.json().path("best").doubleValue()).isBetween(0.5, 1.0);
        Path pairs = Files.writeString(folder.resolve("pairs.tsv"), "a\tb\t1\nc\td\t0\n");
        Result refused = distill(
                lists(),
                Stream.concat(Arrays.stream(arguments), Stream.of(pairs.toString(), "--resume"))
                        .toArray(String[]::new));
        assertThat(refused.err()).contains("the loss kl compares the documents of a query");
    }

    /** Both kinds that embed rank as the teacher says, and may be stopped on the way. */
    @ParameterizedTest
    @CsvSource({
        "bi-encoder, 'cosine', 'pipeline_tag: sentence-similarity'",
        "colbert, 'maxsim', 'library_name: PyLate'",
    })
    void aModelThatEmbedsLearnsTheTeachersOrder(String kind, String similarity, String tags) throws IOException {
        String[] arguments = {
            "--teacher", TEACHER, "--base", Cli.golden("bert-tiny-1label"), "--into", kind, "--steps", "60", "--json"
        };
        Result result = distill(lists(), arguments);
        assertThat(result.err()).isEmpty();
        assertThat(result.json().path("into").stringValue()).isEqualTo(kind);
        assertThat(result.json().path("base").stringValue()).endsWith("bert-tiny-1label");
        Path student = folder.resolve("student");
        assertThat(Files.readString(student.resolve("README.md")))
                .contains(
                        tags,
                        "| loss | kl,",
                        "\n| pairs |",
                        "Its labels are the scores of `" + TEACHER,
                        "is no probability");
        List<TextPair> pairs = ExampleFile.read(lists()).stream()
                .flatMap(example ->
                        example.documents().stream().limit(2).map(document -> new TextPair(example.query(), document)))
                .toList();
        try (CrossEncoder teacher = CrossEncoder.load(Path.of(TEACHER));
                ScoringModel model = ScoringModel.load(student, LoadOptions.defaults())) {
            assertThat(model.info().labels()).containsExactly(similarity);
            assertThat(agreement(model.score(pairs), teacher.score(pairs))).isGreaterThan(30);
        }
    }

    private static BitSet firstWins(List<Score> scores) {
        BitSet wins = new BitSet();
        for (int i = 0; i < scores.size(); i += 2) {
            wins.set(i / 2, scores.get(i).logit() > scores.get(i + 1).logit());
        }
        return wins;
    }

    /** Of 36 queries, for how many the order of two documents is the same. */
    private static int agreement(List<Score> a, List<Score> b) {
        BitSet different = firstWins(a);
        different.xor(firstWins(b));
        return 36 - different.cardinality();
    }

    @Test
    void aBaseThatEmbedsStaysWhatItIs() throws IOException {
        Result result = distill(
                lists(),
                "--teacher",
                TEACHER,
                "--base",
                Cli.golden("embedder-several"),
                "--into",
                "bi-encoder",
                "--loss",
                "margin-mse",
                "--scale",
                "5",
                "--steps",
                "2",
                "--json");
        assertThat(result.err()).isEmpty();
        for (String file : List.of("modules.json", "1_Pooling/config.json", "config_sentence_transformers.json")) {
            assertThat(folder.resolve("student").resolve(file))
                    .hasSameBinaryContentAs(Path.of(Cli.golden("embedder-several"), file));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--teacher T --steps 1 | 2 | give --student-layers N, --base M, or --into bi-encoder or colbert",
                "--teacher T --into dual-encoder --steps 1 | 2 | \"dual-encoder\" is not one of cross-encoder, gated-cross-encoder, bi-encoder",
                "--teacher T --into bi-encoder --base D --steps 1 | 2 | is a qwen3, and what makes vectors of texts",
                "--teacher T --into colbert --base D --steps 1 | 2 | is a qwen3, and what makes vectors of texts",
                "--teacher T --into bi-encoder --loss mse --steps 1 | 2 | does not teach a bi-encoder the scores",
                "--teacher T --student-layers 1 --scale 2 --steps 1 | 2 | a cross-encoder has none",
                "--teacher T --into colbert --base nowhere/at/all --steps 1 | 1 | nowhere/at/all",
                "--teacher T --student-layers 99 --steps 1 | 2 | layers; keep 1 to",
                "--teacher T --student-layers 1 --steps 1 --loss bce | 2 | choose one of kl, margin-mse",
                "--teacher T3 --student-layers 1 --steps 1 | 1 | a teacher has one label",
                "--teacher T --student-layers 1 | 2 | how long to train"
            })
    void refusesInASentence(String options, int code, String words) throws IOException {
        Result result = distill(
                lists(),
                options.replace("T3", Cli.golden("bert-3labels"))
                        .replace("--base D", "--base " + Cli.golden("qwen3"))
                        .replace("T ", TEACHER + " ")
                        .split(" "));
        assertThat(result.err()).startsWith("juxta: ").contains(words).doesNotContain("Exception");
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.code()).isEqualTo(code);
    }
}
