package dev.juxta.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.BiEncoder;
import dev.juxta.CrossEncoder;
import dev.juxta.Score;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.cli.train.Cli.Result;
import dev.juxta.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {

    private static final List<String> WORDS = List.of("river", "stone", "cloud", "bread", "glass", "horse");

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(
                new TorchEngine().obstacle().isEmpty(),
                () -> new TorchEngine().obstacle().orElse(""));
    }

    /** Documents with the query's word are positive, others negative. */
    private Path triplets(int count, long seed) throws IOException {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int word = random.nextInt(WORDS.size());
            String other = WORDS.get((word + 1 + random.nextInt(WORDS.size() - 1)) % WORDS.size());
            lines.add("{\"query\":\"%s\",\"positive\":\"the %s%s\",\"negatives\":[\"the %s\"]}"
                    .formatted(WORDS.get(word), WORDS.get(word), " a".repeat(random.nextInt(9)), other));
        }
        return Files.write(folder.resolve("triplets.jsonl"), lines);
    }

    private String[] arguments(String base, Path data, Path out, String... more) {
        return Stream.concat(
                        Stream.of(
                                "train",
                                "--base",
                                Cli.golden(base),
                                "--data",
                                data.toString(),
                                "--out",
                                out.toString(),
                                "--threads",
                                "1",
                                "--lr",
                                "2e-3",
                                "--head-lr-factor",
                                "1",
                                "--max-length",
                                "64"),
                        Arrays.stream(more))
                .toArray(String[]::new);
    }

    private static void assertLearned(ScoringModel model) {
        List<Score> scores =
                model.score(List.of(new TextPair("bread", "the bread a"), new TextPair("bread", "the glass")));
        assertThat(scores.get(0).logit()).isGreaterThan(scores.get(1).logit());
    }

    @Test
    void trainsABiEncoderAsOne() throws IOException {
        Path out = folder.resolve("model");
        Result result = Cli.run(arguments(
                "embedder-mean",
                triplets(64, 1),
                out,
                "--into",
                "bi-encoder",
                "--loss",
                "infonce",
                "--batch",
                "8",
                "--steps",
                "40",
                "--json"));
        assertThat(result.err()).isEmpty();
        assertThat(result.json().path("into").stringValue()).isEqualTo("bi-encoder");
        assertThat(Files.readString(out.resolve("README.md"))).contains("# A bi-encoder made by Juxta");
        try (BiEncoder model = BiEncoder.load(out)) {
            assertThat(model.info().prompts()).containsEntry("query", "query: ");
            assertLearned(model);
        }
    }

    @Test
    void beginsWithSomeOfTheLayers() throws IOException {
        Path out = folder.resolve("model");
        Result result = Cli.run(arguments(
                "bert-deep-narrow", triplets(8, 1), out, "--loss", "infonce", "--student-layers", "2", "--steps", "1"));
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(Files.readString(out.resolve("config.json"))).contains("\"num_hidden_layers\" : 2");
        assertThat(Files.readString(out.resolve("README.md"))).contains("It keeps 2 of that model's layers.");
        try (CrossEncoder model = CrossEncoder.load(out)) {
            assertThat(model.info().labels()).hasSize(1);
        }
        Result uneven = Cli.run(arguments(
                "gemma3",
                triplets(8, 1),
                folder.resolve("other"),
                "--loss",
                "infonce",
                "--student-layers",
                "2",
                "--steps",
                "1"));
        assertThat(uneven.code()).isEqualTo(2);
        assertThat(uneven.err()).contains("is a gemma3_text, whose layers cannot be taken out; keep all 3");
    }

    @Test
    void trainsAndSaysHow() throws IOException {
        Path out = folder.resolve("model");
        Result result = Cli.run(arguments(
                "embedder-mean",
                triplets(64, 1),
                out,
                "--loss",
                "infonce",
                "--batch",
                "8",
                "--steps",
                "150",
                "--json"));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(List.copyOf(result.json().propertyNames()))
                .containsExactly(
                        "model",
                        "finished",
                        "into",
                        "base",
                        "loss",
                        "value",
                        "steps",
                        "examples",
                        "pairs",
                        "seconds",
                        "pairs_per_s");
        assertThat(result.json().path("finished").booleanValue()).isTrue();
        assertThat(result.json().path("steps").longValue()).isEqualTo(150);
        assertThat(result.json().path("pairs").longValue()).isEqualTo(150 * 8 * 2);
        assertThat(result.json().path("value").doubleValue()).isLessThan(0.4); // chance is log 2
        assertThat(Files.readString(out.resolve("README.md")))
                .contains("learned from 64 examples of `triplets.jsonl`", "| loss | infonce,", "| steps | 150,");
        assertThat(Files.readString(out.resolve("training.svg"))).startsWith("<svg xmlns=");
        assertThat(Files.readAllLines(out.resolve("training.jsonl")))
                .isNotEmpty()
                .last()
                .asString()
                .contains("\"step\":150");
        try (CrossEncoder model = CrossEncoder.load(out)) {
            assertLearned(model);
        }
    }

    @Test
    void theBestOnHeldOutExamplesIsTheResult() throws IOException {
        Path dev = Files.copy(triplets(16, 9), folder.resolve("dev.jsonl"));
        Path out = folder.resolve("model");
        Result result = Cli.run(arguments(
                "embedder-mean",
                triplets(64, 1),
                out,
                "--loss",
                "infonce",
                "--batch",
                "8",
                "--steps",
                "400",
                "--dev",
                dev.toString(),
                "--eval-every",
                "20",
                "--patience",
                "2",
                "--json"));
        assertThat(result.code()).as(result.err()).isZero();
        long best = result.json().path("best_step").longValue();
        assertThat(best % 20).isZero();
        assertThat(result.json().path("steps").longValue()).isBetween(best + 1, 399L); // patience has ended it
        assertThat(result.json().path("best").doubleValue()).isBetween(0.8, 1.0); // chance is 0.82
        assertThat(out.resolve("model.safetensors")).exists();
    }

    @Test
    void epochsAreTimesThroughTheData() throws IOException {
        Path out = folder.resolve("model");
        Result result = Cli.run(arguments(
                "bert-tiny-1label",
                triplets(20, 1),
                out,
                "--loss",
                "bce",
                "--batch",
                "8",
                "--epochs",
                "1.5",
                "--json"));
        assertThat(result.json().path("steps").longValue()).isEqualTo(5); // ⌈1.5 · 3⌉
    }

    /** Waits until a training has saved a state. */
    private static void awaitCheckpoint(Path out, Process process) throws InterruptedException {
        for (int tries = 0; tries < 1200 && process.isAlive(); tries++) {
            if (Files.exists(out.resolve("checkpoint/state.json"))) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no checkpoint before the process ended");
    }

    @Test
    void goesOnAfterTermAndKill() throws Exception {
        Path data = triplets(64, 1);
        String[] how = {"--loss", "listnet", "--batch", "4", "--steps", "200", "--checkpoint-every", "4"};
        Path whole = folder.resolve("whole");
        assertThat(Cli.run(arguments("bert-tiny-1label", data, whole, how)).code())
                .isZero();

        Path broken = folder.resolve("broken");
        Path log = folder.resolve("log");
        Process first = Cli.start(log, arguments("bert-tiny-1label", data, broken, how));
        awaitCheckpoint(broken, first);
        first.destroy(); // SIGTERM
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isEqualTo(143);
        assertThat(Files.readString(log)).contains("stopped after step ", "the same command with --resume goes on");
        assertThat(broken.resolve("config.json")).doesNotExist();

        assertThat(Cli.run(arguments("bert-tiny-1label", data, broken, how)))
                .satisfies(again -> assertThat(again.code()).isEqualTo(1))
                .satisfies(again -> assertThat(again.err()).contains("has a model or a training in it already"));

        String[] resumed =
                Stream.concat(Arrays.stream(how), Stream.of("--resume")).toArray(String[]::new);
        long before = step(broken);
        Process second = Cli.start(log, arguments("bert-tiny-1label", data, broken, resumed));
        for (int tries = 0; tries < 1200 && step(broken) == before && second.isAlive(); tries++) {
            Thread.sleep(50);
        }
        second.destroyForcibly().waitFor(); // SIGKILL
        assertThat(broken.resolve("config.json")).doesNotExist();
        assertThat(step(broken)).isGreaterThan(before);

        assertThat(Cli.run(arguments("bert-tiny-1label", data, broken, resumed)).code())
                .isZero();
        assertThat(Files.mismatch(broken.resolve("model.safetensors"), whole.resolve("model.safetensors")))
                .as("first byte that differs")
                .isEqualTo(-1);
    }

    private static long step(Path out) throws IOException {
        String state = Files.readString(out.resolve("checkpoint/state.json"));
        return Long.parseLong(state.replaceFirst(".*\"step\":([0-9]+).*", "$1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--loss bce | 2 | how long to train",
                "--loss bse --steps 1 | 2 | \"bse\" is not one of bce, ce",
                "--steps 1 | 2 | --loss",
                "--loss bce --steps 0 | 2 | \"0\" is not a whole number from 1",
                "--loss bce --minutes 0 | 2 | \"0\" is not a number above 0",
                "--loss bce --steps 1 --warmup 2 | 2 | \"2\" is not a number from 0 to 1",
                "--loss bce --steps 1 --freeze-layers -1 | 2 | \"-1\" is not a whole number from 0",
                "--loss bce --steps 1 --precision int8 | 2 | \"int8\" is not fp32 or bf16",
                "--loss bce --steps 1 --schedule step | 2 | constant, linear, cosine",
                "--loss bce --steps 1 --checkpoint-every soon | 2 | \"soon\" is not a time such as 5m",
                "--loss ce --steps 1 | 2 | the model has one; use bce",
                "--loss bce --steps 1 --data nowhere.jsonl | 1 | there is no file \"nowhere.jsonl\"",
                "--loss bce --steps 1 --data pairs.csv | 1 | neither a BEIR folder nor a .tsv or .jsonl",
                "--loss bce --steps 1 --patience 2 | 2 | nothing to evaluate by; give --dev FILE",
                "--loss bce --steps 1 --dev nowhere.tsv | 1 | there is no file \"nowhere.tsv\"",
                "--loss bce --steps 1 --split test | 2 | there is no option \"--split\""
            })
    void refusesInASentence(String options, int code, String words) throws IOException {
        Path out = folder.resolve("model");
        Result result = Cli.run(arguments("bert-tiny-1label", triplets(4, 1), out, options.split(" ")));
        assertThat(result.err()).startsWith("juxta: ").contains(words).doesNotContain("Exception");
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.code()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
        assertThat(out).doesNotExist();
    }

    @Test
    void aBaseThatIsNone() throws IOException {
        Path out = folder.resolve("model");
        String data = triplets(4, 1).toString();
        Result result = Cli.run(
                "train",
                "--base",
                "no/where/at",
                "--data",
                data,
                "--loss",
                "bce",
                "--steps",
                "1",
                "--out",
                out.toString());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("\"no/where/at\" is neither a directory nor a hub id");
        assertThat(out).doesNotExist();
    }

    @Test
    void dataThatTeachNothing() throws IOException {
        Path pairs = Files.writeString(folder.resolve("pairs.tsv"), "a\tb\t1\na\tc\t0\n");
        Result result =
                Cli.run(arguments("bert-tiny-1label", pairs, folder.resolve("model"), "--loss", "kl", "--steps", "1"));
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("the loss kl compares the documents of a query", "use bce or mse");
    }

    @Test
    void helpListsIt() {
        assertThat(Cli.run("--help").out()).containsPattern("train +Train a model that scores pairs");
        assertThat(Cli.run("train", "--help").out()).contains("Usage: juxta train", "--checkpoint-every", "Example: ");
    }
}
