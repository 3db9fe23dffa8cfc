package dev.juxta;

import static dev.juxta.TinyCheckpoint.CONFIG;
import static dev.juxta.TinyCheckpoint.OPTIONS;
import static dev.juxta.TinyCheckpoint.PAIR;
import static dev.juxta.TinyCheckpoint.TOKENIZER;
import static dev.juxta.TinyCheckpoint.TOKENIZER_CONFIG;
import static dev.juxta.TinyCheckpoint.WEIGHTS;
import static dev.juxta.TinyCheckpoint.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the files of a checkpoint may lie, and what is said where one cannot be read. */
class CheckpointPlacesTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {CONFIG, WEIGHTS, TOKENIZER})
    void aDirectoryInPlaceOfAFileIsNoFile(String name) throws IOException {
        Path model = golden().without(name).writeTo(folder.resolve("model"));
        Files.createDirectory(model.resolve(name));
        assertThatThrownBy(() -> CrossEncoder.load(model, OPTIONS))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(model.toString())
                .hasMessageContaining(" has n");
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIG, WEIGHTS, TOKENIZER, TOKENIZER_CONFIG})
    void aFileThatCannotBeReadIsNamed(String name) throws IOException {
        Path model = golden().writeTo(folder.resolve("model"));
        Files.setPosixFilePermissions(model.resolve(name), Set.of());
        assumeTrue(!Files.isReadable(model.resolve(name)), "this user may read every file");
        assertThatThrownBy(() -> CrossEncoder.load(model, OPTIONS))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(model.resolve(name) + " cannot be read; check its permissions");
    }

    @Test
    void readsThroughSymbolicLinks() throws IOException {
        Path blobs = golden().writeTo(folder.resolve("blobs"));
        Path model = Files.createDirectory(folder.resolve("snapshot"));
        for (String name : golden().contents().keySet()) {
            Files.createSymbolicLink(model.resolve(name), Path.of("../blobs").resolve(name));
        }
        Path link = Files.createSymbolicLink(folder.resolve("link"), model);
        assertThat(scoreOf(link)).isEqualTo(scoreOf(blobs));
        Files.delete(blobs.resolve(WEIGHTS));
        assertThatThrownBy(() -> CrossEncoder.load(link, OPTIONS))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("has no weights");
    }

    @Test
    void readsFromAnyPath() throws IOException {
        String name = "mod\u00e8le \u6a21\u578b #1 100%";
        assumeTrue(canName(name), "this system's paths cannot hold every character");
        Path plain = golden().writeTo(folder.resolve("plain"));
        Path odd = golden().writeTo(folder.resolve(name));
        assertThat(scoreOf(odd)).isEqualTo(scoreOf(plain));
        try (CrossEncoder model = CrossEncoder.load(odd.toString(), OPTIONS)) {
            assertThat(model.info().location()).isEqualTo(odd.toString());
        }
    }

    private boolean canName(String name) {
        try {
            return folder.resolve(name).toString().endsWith(name);
        } catch (java.nio.file.InvalidPathException e) {
            return false;
        }
    }

    private static List<Score> scoreOf(Path model) throws IOException {
        try (CrossEncoder encoder = CrossEncoder.load(model, OPTIONS)) {
            return encoder.score(PAIR);
        }
    }

    @Test
    void saysWhatIsNoCheckpoint() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> CrossEncoder.load(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("The checkpoint " + file + " is a file; a checkpoint is a directory");
        assertThatThrownBy(() -> CrossEncoder.load(folder.resolve("none")))
                .hasMessage("The checkpoint " + folder.resolve("none") + " does not exist");
        assertThatThrownBy(() -> CrossEncoder.load(folder)).hasMessageContaining("has no config.json");
        assertThatThrownBy(() -> CrossEncoder.load("")).hasMessageContaining("neither a directory nor a hub id");
    }
}
