package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.Goldens;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.data.InputException;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a trainer does not begin, overwrite or go on with, and why it says so. */
class TrainerRefusalsTest {

    private static final String WITH_HEAD = "bert-tiny-1label";
    private static final String WITHOUT_HEAD = "embedder-mean";

    @TempDir
    Path folder;

    @BeforeAll
    static void libtorchIsHere() {
        Lessons.assumeLibtorch();
    }

    @Test
    void keepsWhatIsThere() throws IOException {
        Path out = folder.resolve("model");
        Lessons.train(WITH_HEAD, Losses.named("mse"), Lessons.options(1, 8192), out);
        assertThatThrownBy(() -> Lessons.train(WITH_HEAD, Losses.named("mse"), Lessons.options(1, 8192), out))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("resume that one, or name another folder");
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer other = new Trainer(model, Losses.named("bce"), Lessons.options(1, 8192));
            assertThatThrownBy(() -> other.train(Lessons.words(64, 1), out, true, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("with other data or options");
            assertThatThrownBy(() -> new Trainer(model, Losses.named("ce"), Lessons.options(1, 8192)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the model has one; use bce");
        }
    }

    @Test
    void twoRunsDoNotWriteToOnePlace() throws IOException {
        Path out = folder.resolve("model");
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer second = new Trainer(model, Losses.named("mse"), Lessons.options(1, 8192));
            Trainer first = new Trainer(model, Losses.named("mse"), Lessons.options(1, 8192));
            first.train(
                    Lessons.words(64, 1),
                    out,
                    false,
                    progress -> assertThatThrownBy(() -> second.train(Lessons.words(64, 1), out, true, other -> {}))
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
            Trainer trainer = new Trainer(base, Losses.named("mse"), Lessons.options(1, 8192));
            assertThatThrownBy(() -> trainer.train(Lessons.words(8, 1), model, true, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("has a model in it already; name another folder");
        }
        Path out = folder.resolve("out");
        Lessons.train(WITHOUT_HEAD, Losses.named("mse"), Lessons.options(1, 8192), out);
        try (BaseModel other = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITHOUT_HEAD)), 6)) {
            Trainer trainer = new Trainer(other, Losses.named("mse"), Lessons.options(1, 8192));
            assertThatThrownBy(() -> trainer.train(Lessons.words(64, 1), out, true, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("of another base");
        }
    }

    @Test
    void refusesWhatTeachesNothing() throws IOException {
        List<Example> single = List.of(new Example("river", List.of("the river"), new float[] {3}));
        try (BaseModel base = BaseModel.open(CheckpointSource.directory(Goldens.folder(WITH_HEAD)), 5)) {
            Trainer lists = new Trainer(base, Losses.named("listnet"), Lessons.options(1, 8192));
            assertThatThrownBy(() -> lists.train(single, folder.resolve("a"), false, progress -> {}))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining(
                            "listnet compares the documents of a query, and each of the 1 examples has one");
            Path file = Files.writeString(folder.resolve("a.tsv"), "river\tthe river\t1\n\nriver\tthe sea\t3\n");
            Trainer odds = new Trainer(base, Losses.named("bce"), Lessons.options(1, 8192));
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
            assertThatThrownBy(() -> new Trainer(base, Losses.named("bce"), Lessons.options(1, 8192)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("begin with a model of another family");
        }
    }
}
