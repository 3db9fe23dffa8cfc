package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.LoadOptions;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.DirectoryFiles;
import dev.juxta.checkpoint.SafeTensors;
import dev.juxta.checkpoint.Weight;
import dev.juxta.data.InputException;
import dev.juxta.model.OutputActivation;
import dev.juxta.torch.TorchEngine;
import dev.juxta.train.Trainer.Progress;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

    private static final String WITH_HEAD = "bert-tiny-1label";
    private static final String WITHOUT_HEAD = "embedder-mean";

    @TempDir
    Path folder;

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(
                new TorchEngine().obstacle().isEmpty(),
                () -> new TorchEngine().obstacle().orElse(""));
    }

    /** Documents with the query's word are relevant, those without are not. */
    private static List<Example> examples(int count, long seed) {
        List<String> words = List.of("river", "stone", "cloud", "bread", "glass", "horse");
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String word = words.get(random.nextInt(words.size()));
            String other = words.get((words.indexOf(word) + 1 + random.nextInt(words.size() - 1)) % words.size());
            String more = " a".repeat(random.nextInt(9));
            examples.add(new Example(word, List.of("the " + word + more, "the " + other), new float[] {1, 0}));
        }
        return examples;
    }

    private static TrainingOptions options(long steps, int batchTokens) {
        return TrainingOptions.builder()
                .steps(steps)
                .batch(8)
                .batchTokens(batchTokens)
                .maxLength(64)
                .learningRate(2e-3)
                .headFactor(1)
                .schedule(Schedule.COSINE)
                .threads(1)
                .seed(3)
                .checkpointSeconds(1e9)
                .build();
    }

    private static Progress train(String base, Loss loss, TrainingOptions options, Path out) throws IOException {
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(base)), 5)) {
            return new Trainer(model, loss, options).train(examples(64, 1), out, false, progress -> {});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {WITH_HEAD, WITHOUT_HEAD})
    void learns(String base) throws IOException {
        Progress end = train(base, Losses.named("bce"), options(120, 8192), folder.resolve("model"));
        assertThat(end.step()).isEqualTo(120);
        assertThat(end.pairs()).isEqualTo(120 * 8 * 2);
        int right = 0;
        try (CrossEncoder model = CrossEncoder.load(folder.resolve("model"))) {
            assertThat(model.info().activation()).isEqualTo(OutputActivation.SIGMOID);
            for (Example example : examples(40, 2)) {
                List<TextPair> pairs = example.documents().stream()
                        .map(document -> new TextPair(example.query(), document))
                        .toList();
                right += model.score(pairs).get(0).logit()
                                > model.score(pairs).get(1).logit()
                        ? 1
                        : 0;
            }
        }
        assertThat(right).isGreaterThan(34);
    }

    @Test
    void aStepInPartsIsTheStepAtOnce() throws IOException {
        train(WITH_HEAD, Losses.named("lambda"), options(4, 8192), folder.resolve("whole"));
        train(WITH_HEAD, Losses.named("lambda"), options(4, 20), folder.resolve("parts"));
        assertThat(logit(folder.resolve("parts"))).isCloseTo(logit(folder.resolve("whole")), within(1e-3f));
    }

    private static float logit(Path model) throws IOException {
        try (CrossEncoder loaded =
                CrossEncoder.load(model, LoadOptions.defaults().withThreads(1))) {
            return loaded.score(List.of(new TextPair("river", "the river")))
                    .get(0)
                    .logit();
        }
    }

    /** What stops a run is thrown out of its listener: as for the run's files, it is as sudden as a kill. */
    @Test
    void goesOnToTheSameModel() throws IOException {
        Path whole = folder.resolve("whole");
        train(WITHOUT_HEAD, Losses.named("listnet"), options(12, 8192), whole);
        Path broken = folder.resolve("broken");
        TrainingOptions often = options(12, 8192).toBuilder().checkpointSteps(1).build();
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITHOUT_HEAD)), 5)) {
            Trainer trainer = new Trainer(model, Losses.named("listnet"), often);
            assertThatThrownBy(() -> trainer.train(examples(64, 1), broken, false, progress -> {
                        if (progress.step() == 7) {
                            throw new Killed();
                        }
                    }))
                    .isInstanceOf(Killed.class);
            assertThat(broken.resolve("config.json")).doesNotExist();
            Files.createDirectories(
                    broken.resolve("checkpoint/step-8")); // as if the kill had come while it was written
            List<Long> steps = new ArrayList<>();
            trainer.train(examples(64, 1), broken, true, progress -> steps.add(progress.step()));
            assertThat(steps).startsWith(7L).endsWith(12L);
        }
        assertThat(Files.mismatch(broken.resolve("model.safetensors"), whole.resolve("model.safetensors")))
                .as("first byte that differs")
                .isEqualTo(-1);
    }

    @Test
    void stopsWithACheckpointAndGoesOn() throws IOException {
        Path whole = folder.resolve("whole");
        Progress unbroken = train(WITHOUT_HEAD, Losses.named("listnet"), options(12, 8192), whole);
        Path stopped = folder.resolve("stopped");
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITHOUT_HEAD)), 5)) {
            Trainer first = new Trainer(model, Losses.named("listnet"), options(12, 8192));
            Progress half = first.train(examples(64, 1), stopped, false, progress -> {
                if (progress.step() == 5) {
                    first.stop();
                }
            });
            assertThat(half.finished()).isFalse();
            assertThat(half.step()).isEqualTo(5);
            assertThat(stopped.resolve("config.json")).doesNotExist();
            Progress end = new Trainer(model, Losses.named("listnet"), options(12, 8192))
                    .train(examples(64, 1), stopped, true, progress -> {});
            assertThat(end.finished()).isTrue();
            assertThat(end.pairs()).isEqualTo(unbroken.pairs());
            assertThat(end.seconds()).isGreaterThan(half.seconds());
        }
        assertThat(Files.mismatch(stopped.resolve("model.safetensors"), whole.resolve("model.safetensors")))
                .as("first byte that differs")
                .isEqualTo(-1);
    }

    @Test
    void endsByTheClock() throws IOException {
        TrainingOptions most = options(Long.MAX_VALUE, 8192).toBuilder()
                .seconds(1)
                .freezeEmbeddings(true)
                .frozenLayers(1)
                .build();
        Progress end = train(WITH_HEAD, Losses.named("bce"), most, folder.resolve("model"));
        assertThat(end.finished()).isTrue();
        assertThat(end.seconds()).isBetween(1.0, 20.0);
        assertThat(end.rate()).isLessThan(1e-3); // the cosine is nearly at its foot
        Map<String, Weight> before = CheckpointSource.weights(CheckpointSource.directory(Goldens.folder(WITH_HEAD)));
        Map<String, Weight> after = CheckpointSource.weights(CheckpointSource.directory(folder.resolve("model")));
        before.forEach((name, weight) -> {
            boolean frozen = name.matches(".*(embeddings\\.[a-z_]*_embeddings|layer\\.0\\.).*");
            if (frozen || name.contains("layer.1.output.dense.weight")) {
                boolean same = Arrays.equals(
                        weight.toFloats(),
                        Objects.requireNonNull(after.get(name), name).toFloats());
                assertThat(same).as(name).isEqualTo(frozen);
            }
        });
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void keepsWhatIsThere() throws IOException {
        Path out = folder.resolve("model");
        train(WITH_HEAD, Losses.named("mse"), options(1, 8192), out);
        assertThatThrownBy(() -> train(WITH_HEAD, Losses.named("mse"), options(1, 8192), out))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("resume that one, or name another folder");
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer other = new Trainer(model, Losses.named("bce"), options(1, 8192));
            assertThatThrownBy(() -> other.train(examples(64, 1), out, true, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("with other data or options");
            assertThatThrownBy(() -> new Trainer(model, Losses.named("ce"), options(1, 8192)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the model has one; use bce");
        }
    }

    @Test
    void twoRunsDoNotWriteToOnePlace() throws IOException {
        Path out = folder.resolve("model");
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer second = new Trainer(model, Losses.named("mse"), options(1, 8192));
            Trainer first = new Trainer(model, Losses.named("mse"), options(1, 8192));
            first.train(
                    examples(64, 1),
                    out,
                    false,
                    progress -> assertThatThrownBy(() -> second.train(examples(64, 1), out, true, other -> {}))
                            .isInstanceOf(InputException.class)
                            .hasMessageContaining("is being written by another run"));
        }
        assertThat(out.resolve("training.lock")).doesNotExist();
        assertThat(out.resolve("config.json")).exists();
    }

    @Test
    void resumesNoModelOfAnotherOrigin() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), "{}");
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer trainer = new Trainer(base, Losses.named("mse"), options(1, 8192));
            assertThatThrownBy(() -> trainer.train(examples(8, 1), model, true, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("has a model in it already; name another folder");
        }
        Path out = folder.resolve("out");
        train(WITHOUT_HEAD, Losses.named("mse"), options(1, 8192), out);
        try (BaseModel other = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITHOUT_HEAD)), 6)) {
            Trainer trainer = new Trainer(other, Losses.named("mse"), options(1, 8192));
            assertThatThrownBy(() -> trainer.train(examples(64, 1), out, true, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("of another base");
        }
    }

    @Test
    void refusesWhatTeachesNothing() throws IOException {
        List<Example> single = List.of(new Example("river", List.of("the river"), new float[] {3}));
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer lists = new Trainer(base, Losses.named("listnet"), options(1, 8192));
            assertThatThrownBy(() -> lists.train(single, folder.resolve("a"), false, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(
                            "listnet compares the documents of a query, and each of the 1 examples has one");
            Path file = Files.writeString(folder.resolve("a.tsv"), "river\tthe river\t1\n\nriver\tthe sea\t3\n");
            Trainer odds = new Trainer(base, Losses.named("bce"), options(1, 8192));
            try (ExampleSource examples = ExampleFile.open(file)) {
                assertThatThrownBy(() ->
                                odds.train(examples, Optional.empty(), folder.resolve("b"), false, progress -> {}))
                        .isInstanceOf(InputException.class)
                        .hasMessageContaining("a.tsv, line 3: the label 3.0 is no probability");
            }
        }
        assertThat(folder.resolve("a")).doesNotExist();
        assertThat(folder.resolve("b")).doesNotExist();
    }

    @Test
    void refusesWeightsThatCannotBeWrittenBack() throws IOException {
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder("deberta-v1")), 5)) {
            assertThatThrownBy(() -> new Trainer(base, Losses.named("bce"), options(1, 8192)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("begin with a model of another family");
        }
    }

    /** The rate is so high that the model is soon worse; what is written is what the best evaluation saw. */
    @Test
    void writesTheBestModelAndEndsEarly() throws IOException {
        Path out = folder.resolve("model");
        ExampleSource heldOut = ExampleSource.of(examples(24, 9));
        Progress end;
        List<Progress> all = new ArrayList<>();
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer trainer = new Trainer(base, Losses.named("bce"), options(400, 8192));
            end = trainer.train(
                    ExampleSource.of(examples(64, 1)),
                    Optional.of(new Validation(heldOut, 5, 3)),
                    out,
                    false,
                    all::add);
        }
        assertThat(end.finished()).isTrue();
        assertThat(end.step()).isLessThan(400);
        assertThat(end.standing().orElseThrow().since()).isEqualTo(3);
        assertThat(end.standing().orElseThrow().bestValue())
                .isEqualTo(all.stream()
                        .flatMap(progress -> progress.standing().stream())
                        .mapToDouble(Validation.Standing::value)
                        .max()
                        .orElseThrow());
        Path again = folder.resolve("again");
        long best = end.standing().orElseThrow().bestStep();
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer trainer = new Trainer(base, Losses.named("bce"), options(400, 8192));
            trainer.train(examples(64, 1), again, false, progress -> {
                if (progress.step() == best) {
                    trainer.stop();
                }
            });
        }
        assertThat(tensors(out, "model.safetensors"))
                .isEqualTo(tensors(again.resolve("checkpoint/step-" + best), "weights.safetensors"));
    }

    private static List<String> tensors(Path folder, String file) throws IOException {
        return SafeTensors.read(new DirectoryFiles(folder), file).values().stream()
                .map(weight -> weight.name() + Arrays.toString(weight.toFloats()))
                .sorted()
                .toList();
    }

    /** A file read line by line trains to the same model as one in memory. */
    @Test
    void readsExamplesAsTheyAreNeeded() throws IOException {
        StringBuilder lines = new StringBuilder("\uFEFF");
        for (Example example : examples(64, 1)) {
            lines.append(example.query())
                    .append('\t')
                    .append(String.join("\t", example.documents()))
                    .append("\r\n\n");
        }
        Path file = Files.writeString(folder.resolve("a.tsv"), lines);
        train(WITH_HEAD, Losses.named("listnet"), options(3, 8192), folder.resolve("memory"));
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5);
                ExampleSource examples = ExampleFile.open(file)) {
            assertThat(examples.size()).isEqualTo(64);
            assertThat(examples.place(2)).endsWith("a.tsv, line 5");
            new Trainer(base, Losses.named("listnet"), options(3, 8192))
                    .train(examples, Optional.empty(), folder.resolve("file"), false, progress -> {});
        }
        assertThat(Files.mismatch(folder.resolve("file/model.safetensors"), folder.resolve("memory/model.safetensors")))
                .isEqualTo(-1);
    }

    @Test
    void saysWhichLineIsWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("b.tsv"), "river\tthe river\t1\nriver\n");
        try (ExampleSource examples = ExampleFile.open(file)) {
            assertThatThrownBy(() -> examples.get(1)).hasMessageContaining("b.tsv, line 2 has 1 columns");
        }
        Path empty = Files.writeString(folder.resolve("c.jsonl"), " \n\n");
        assertThatThrownBy(() -> ExampleFile.open(empty)).hasMessageContaining("has no examples");
    }

    @Test
    void ratesRiseAndFall() {
        assertThat(Schedule.LINEAR.factor(0.05, 0.1)).isCloseTo(0.5, within(1e-9));
        assertThat(Schedule.LINEAR.factor(0.55, 0.1)).isCloseTo(0.5, within(1e-9));
        assertThat(Schedule.COSINE.factor(0.55, 0.1)).isCloseTo(0.5, within(1e-9));
        assertThat(Schedule.COSINE.factor(1, 0.1)).isCloseTo(0, within(1e-9));
        assertThat(Schedule.CONSTANT.factor(1, 0)).isEqualTo(1);
        assertThatThrownBy(() -> Schedule.parse("step")).hasMessageContaining("constant, linear, cosine");
    }
}
