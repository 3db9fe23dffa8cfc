package dev.juxta.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteLockTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void oneWriterAtATime() throws IOException {
        Path file = folder.resolve(".lock");
        try (WriteLock first = WriteLock.take(file, folder)) {
            assertThat(file).exists();
            assertThatThrownBy(() -> WriteLock.take(file, folder))
                    .isInstanceOf(InputException.class)
                    .hasMessage("\"" + folder
                            + "\" is being written by another run; wait for its end, or name another place");
            assertThat(first).isNotNull();
        }
        assertThat(file).doesNotExist();
        WriteLock.take(file, folder).close();
    }
}
