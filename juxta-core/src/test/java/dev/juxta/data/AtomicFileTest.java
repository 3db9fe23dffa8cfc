package dev.juxta.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        for (String name : new String[] {"a.txt", "b.txt.gz"}) {
            AtomicFile.write(folder.resolve(name), writer -> writer.write("één\nzwei\n"));
            try (LineReader reader = LineReader.open(folder.resolve(name))) {
                assertThat(reader.next().orElseThrow().text()).isEqualTo("één");
                assertThat(reader.next().orElseThrow().text()).isEqualTo("zwei");
                assertThat(reader.next()).isEmpty();
            }
        }
        assertThat(Files.readAllBytes(folder.resolve("b.txt.gz"))).startsWith(0x1F, 0x8B);
    }

    @Test
    void aFailureLeavesWhatWasThere() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.writeString(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, writer -> {
                    writer.write("new");
                    throw new IOException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(file).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void placesThatCannotBeWrittenAreNamed() {
        Path nowhere = folder.resolve("no/such/a.txt");
        assertThatThrownBy(() -> AtomicFile.write(nowhere, writer -> {}))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(nowhere.toString())
                .hasMessageContaining("there is no directory");
        assertThatThrownBy(() -> AtomicFile.write(folder, writer -> {})).hasMessageContaining("is a directory");
    }

    @Test
    void damagedArchivesAreNamed() throws IOException {
        Path whole = folder.resolve("whole.gz");
        AtomicFile.write(whole, writer -> writer.write("line\n".repeat(1000)));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = folder.resolve("cut.gz");
        Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length - 8));
        assertThatThrownBy(() -> {
                    try (LineReader reader = LineReader.open(cut)) {
                        while (reader.next().isPresent()) {
                            // to the end
                        }
                    }
                })
                .isInstanceOf(InputException.class)
                .hasMessageContaining("cut.gz is damaged");
        Path plain = Files.writeString(folder.resolve("plain.gz"), "not packed");
        assertThatThrownBy(() -> LineReader.open(plain)).hasMessageContaining("is not gzip");
    }
}
