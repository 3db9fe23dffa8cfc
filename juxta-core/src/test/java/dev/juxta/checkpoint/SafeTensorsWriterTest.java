package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsWriterTest {

    @TempDir
    Path folder;

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Weight matrix = Weight.of("a.weight", new float[] {1, -2, 3.5f, 4, 5, 6}, 2, 3);
        Weight half = new Weight("ä.half", NumberFormat.FP16, new int[] {1}, ByteBuffer.wrap(new byte[] {0, 0x3c}));
        SafeTensorsWriter.write(folder.resolve("model.safetensors"), List.of(matrix, half));
        List<Weight> read = List.copyOf(SafeTensors.read(new DirectoryFiles(folder), "model.safetensors")
                .values());
        assertThat(read).extracting(Weight::toString).containsExactly("a.weight [2, 3]", "ä.half [1]");
        assertThat(read.get(0).toFloats()).containsExactly(1, -2, 3.5f, 4, 5, 6);
        assertThat(read.get(1).format()).isEqualTo(NumberFormat.FP16);
        assertThat(read.get(1).toFloats()).containsExactly(1);
    }

    @Test
    void overwritesNothingAndNamesNothingTwice() throws IOException {
        Weight weight = Weight.of("w", new float[] {1}, 1);
        Path file = folder.resolve("model.safetensors");
        assertThatThrownBy(() -> SafeTensorsWriter.write(file, List.of(weight, weight)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"w\"");
        SafeTensorsWriter.write(file, List.of(weight));
        assertThatThrownBy(() -> SafeTensorsWriter.write(file, List.of(weight)))
                .isInstanceOf(FileAlreadyExistsException.class);
    }
}
