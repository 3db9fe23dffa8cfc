package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.DirectoryFiles;
import dev.juxta.checkpoint.SafeTensors;
import dev.juxta.checkpoint.Weight;
import dev.juxta.model.OutputActivation;
import dev.juxta.train.Trainer.Progress;
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
import java.util.stream.Stream;
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
        Lessons.assumeLibtorch();
    }

    @ParameterizedTest
    @ValueSource(strings = {WITH_HEAD, WITHOUT_HEAD})
    void learns(String base) throws IOException {
        Progress end = Lessons.train(base, Losses.named("bce"), Lessons.options(120, 8192), folder.resolve("model"));
        assertThat(end.step()).isEqualTo(120);
        assertThat(end.pairs()).isEqualTo(120 * 8 * 2);
        int right = 0;
        try (CrossEncoder model = CrossEncoder.load(folder.resolve("model"))) {
            assertThat(model.info().activation()).isEqualTo(OutputActivation.SIGMOID);
            for (Example example : Lessons.words(40, 2)) {
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

    /** The base's share is of every weight, and may be given to a training that has ended. */
    @Test
    void theResultMayBeAMeanWithTheBase() throws IOException {
        Path out = folder.resolve("model");
        TrainingOptions options = Lessons.options(4, 8192);
        Lessons.train(WITH_HEAD, Losses.named("bce"), options, out);
        Map<String, Weight> base =
                CheckpointSource.directory(Goldens.folder(WITH_HEAD)).weights();
        Map<String, Weight> learned = CheckpointSource.directory(out).weights();
        TrainingOptions shared = options.toBuilder().baseShare(0.25).build();
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Progress end = new Trainer(model, Losses.named("bce"), shared)
                    .train(Lessons.words(64, 1), out, true, progress -> {});
            assertThat(end.step()).isEqualTo(4);
        }
        Map<String, Weight> mixed = CheckpointSource.directory(out).weights();
        for (String name : List.of("classifier.weight", "bert.encoder.layer.0.attention.self.query.weight")) {
            float[] before = require(base, name);
            float[] after = require(learned, name);
            float[] between = require(mixed, name);
            assertThat(after).isNotEqualTo(before);
            for (int i = 0; i < before.length; i++) {
                assertThat(between[i]).isCloseTo(0.25f * before[i] + 0.75f * after[i], within(1e-6f));
            }
        }
        assertThatThrownBy(() -> options.toBuilder().baseShare(1).build())
                .hasMessageContaining("base's share must be at least 0 and less than 1");
    }

    private static float[] require(Map<String, Weight> weights, String name) {
        return Objects.requireNonNull(weights.get(name)).toFloats();
    }

    /** By what AdamW keeps of the gradient: it divides steps by their size, and so makes rounding as large as they are. */
    @Test
    void aStepInPartsIsTheStepAtOnce() throws IOException {
        Lessons.train(WITH_HEAD, Losses.named("lambda"), Lessons.options(1, 8192), folder.resolve("whole"));
        Lessons.train(WITH_HEAD, Losses.named("lambda"), Lessons.options(1, 20), folder.resolve("parts"));
        Map<String, Weight> whole = moments(folder.resolve("whole"));
        Map<String, Weight> parts = moments(folder.resolve("parts"));
        assertThat(parts).hasSameSizeAs(whole).isNotEmpty();
        double square = 0;
        for (String name : whole.keySet()) {
            if (name.startsWith("first.")) {
                for (float value : require(whole, name)) {
                    square += (double) value * value;
                }
            }
        }
        assertThat(square).isPositive();
        float bound = (float) (1e-6 * Math.sqrt(square));
        for (String name : whole.keySet()) {
            assertThat(require(parts, name)).as(name).containsExactly(require(whole, name), within(bound));
        }
    }

    private static Map<String, Weight> moments(Path trained) throws IOException {
        try (Stream<Path> files = Files.walk(trained)) {
            Path file = files.filter(path -> path.endsWith("moments.safetensors"))
                    .findFirst()
                    .orElseThrow();
            return SafeTensors.read(
                    new DirectoryFiles(Objects.requireNonNull(file.getParent())), "moments.safetensors");
        }
    }

    /** What stops a run is thrown out of its listener: as for the run's files, it is as sudden as a kill. */
    @Test
    void goesOnToTheSameModel() throws IOException {
        Path whole = folder.resolve("whole");
        Lessons.train(WITHOUT_HEAD, Losses.named("listnet"), Lessons.options(12, 8192), whole);
        Path broken = folder.resolve("broken");
        TrainingOptions often =
                Lessons.options(12, 8192).toBuilder().checkpointSteps(1).build();
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITHOUT_HEAD)), 5)) {
            Trainer trainer = new Trainer(model, Losses.named("listnet"), often);
            assertThatThrownBy(() -> trainer.train(Lessons.words(64, 1), broken, false, progress -> {
                        if (progress.step() == 7) {
                            throw new Killed();
                        }
                    }))
                    .isInstanceOf(Killed.class);
            assertThat(broken.resolve("config.json")).doesNotExist();
            Files.createDirectories(
                    broken.resolve("checkpoint/step-8")); // as if the kill had come while it was written
            List<Long> steps = new ArrayList<>();
            trainer.train(Lessons.words(64, 1), broken, true, progress -> steps.add(progress.step()));
            assertThat(steps).startsWith(7L).endsWith(12L);
        }
        assertThat(Files.mismatch(broken.resolve("model.safetensors"), whole.resolve("model.safetensors")))
                .as("first byte that differs")
                .isEqualTo(-1);
    }

    @Test
    void stopsWithACheckpointAndGoesOn() throws IOException {
        Path whole = folder.resolve("whole");
        Progress unbroken = Lessons.train(WITHOUT_HEAD, Losses.named("listnet"), Lessons.options(12, 8192), whole);
        Path stopped = folder.resolve("stopped");
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITHOUT_HEAD)), 5)) {
            Trainer first = new Trainer(model, Losses.named("listnet"), Lessons.options(12, 8192));
            Progress half = first.train(Lessons.words(64, 1), stopped, false, progress -> {
                if (progress.step() == 5) {
                    first.stop();
                }
            });
            assertThat(half.finished()).isFalse();
            assertThat(half.step()).isEqualTo(5);
            assertThat(stopped.resolve("config.json")).doesNotExist();
            Progress end = new Trainer(model, Losses.named("listnet"), Lessons.options(12, 8192))
                    .train(Lessons.words(64, 1), stopped, true, progress -> {});
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
        TrainingOptions most = Lessons.options(Long.MAX_VALUE, 8192).toBuilder()
                .seconds(1)
                .freezeEmbeddings(true)
                .frozenLayers(1)
                .build();
        Progress end = Lessons.train(WITH_HEAD, Losses.named("bce"), most, folder.resolve("model"));
        assertThat(end.finished()).isTrue();
        assertThat(end.seconds()).isBetween(1.0, 20.0);
        assertThat(end.rate()).isLessThan(1e-3); // the cosine is nearly at its foot
        Map<String, Weight> before =
                CheckpointSource.directory(Goldens.folder(WITH_HEAD)).weights();
        Map<String, Weight> after =
                CheckpointSource.directory(folder.resolve("model")).weights();
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

    /** The rate is so high that the model is soon worse; what is written is what the best evaluation saw. */
    @Test
    void writesTheBestModelAndEndsEarly() throws IOException {
        Path out = folder.resolve("model");
        ExampleSource heldOut = ExampleSource.of(Lessons.words(24, 9));
        Progress end;
        List<Progress> all = new ArrayList<>();
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer trainer = new Trainer(base, Losses.named("bce"), Lessons.options(400, 8192));
            end = trainer.train(
                    ExampleSource.of(Lessons.words(64, 1)),
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
            Trainer trainer = new Trainer(base, Losses.named("bce"), Lessons.options(400, 8192));
            trainer.train(Lessons.words(64, 1), again, false, progress -> {
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
        for (Example example : Lessons.words(64, 1)) {
            lines.append(example.query())
                    .append('\t')
                    .append(String.join("\t", example.documents()))
                    .append("\r\n\n");
        }
        Path file = Files.writeString(folder.resolve("a.tsv"), lines);
        Lessons.train(WITH_HEAD, Losses.named("listnet"), Lessons.options(3, 8192), folder.resolve("memory"));
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5);
                ExampleSource examples = ExampleFile.open(file)) {
            assertThat(examples.size()).isEqualTo(64);
            assertThat(examples.place(2)).endsWith("a.tsv, line 5");
            new Trainer(base, Losses.named("listnet"), Lessons.options(3, 8192))
                    .train(examples, Optional.empty(), folder.resolve("file"), false, progress -> {});
        }
        assertThat(Files.mismatch(folder.resolve("file/model.safetensors"), folder.resolve("memory/model.safetensors")))
                .isEqualTo(-1);
    }
}
