package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharingFilesTest {

    @TempDir
    private Path folder;

    private Path own = Path.of("");
    private Path other = Path.of("");

    @BeforeEach
    void writeBoth() throws IOException {
        own = Files.createDirectory(folder.resolve("own"));
        other = Files.createDirectory(folder.resolve("other"));
        SafeTensorsWriter.write(
                other.resolve("model.safetensors"),
                List.of(weight("table.weight", 1, 2), weight("layer.0.bias", 3), weight("layer.1.bias", 4)));
        SafeTensorsWriter.write(
                own.resolve("model.safetensors"), List.of(weight("layer.0.bias", 5), weight("head.bias", 6)));
        Files.writeString(other.resolve("config.json"), "{}");
        Files.writeString(other.resolve("vocab.txt"), "[PAD]");
    }

    private static Weight weight(String name, float... values) {
        return Weight.of(name, values, values.length);
    }

    private SharingFiles sharing(String config) throws IOException {
        Files.writeString(own.resolve("config.json"), config);
        return new SharingFiles(new DirectoryFiles(own), new DirectoryFiles(other));
    }

    @Test
    void keepsItsOwnAndSharesWhatItsConfigurationLists() throws IOException {
        CheckpointFiles files = sharing("{\"juxta\": {\"shared_weights\": [\"table.weight\", \"layer.0.bias\"]}}");
        Map<String, Weight> weights = files.weights();
        assertThat(weights).containsOnlyKeys("table.weight", "layer.0.bias", "head.bias");
        assertThat(weights)
                .hasEntrySatisfying(
                        "layer.0.bias", bias -> assertThat(bias.toFloats()).containsExactly(5));
        assertThat(weights)
                .hasEntrySatisfying(
                        "table.weight", table -> assertThat(table.toFloats()).containsExactly(1, 2));
    }

    @Test
    void readsAFileThatItLacksFromTheOther() throws IOException {
        CheckpointFiles files = sharing("{}");
        assertThat(new String(files.read("vocab.txt"), StandardCharsets.UTF_8)).isEqualTo("[PAD]");
        assertThat(files.describe("config.json")).startsWith(own.toString());
        assertThat(files.contains("merges.txt")).isFalse();
        assertThatThrownBy(() -> files.read("merges.txt")).hasMessageContaining(own.toString());
    }

    @Test
    void saysHowMuchTheOtherReadsAgain() throws IOException {
        SharingFiles files = sharing("{\"juxta\": {\"cascade\": {\"share\": 0.25, \"least\": 4}}}");
        assertThat(files.passed()).isEqualTo(new SharingFiles.Passed(0.25, 4));
        for (String wrong : List.of("{}", "{\"share\": 2, \"least\": 4}", "{\"share\": 0.5}", "7")) {
            SharingFiles other = sharing("{\"juxta\": {\"cascade\": " + wrong + "}}");
            assertThatThrownBy(other::passed)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("\"cascade\" must have a \"share\" above 0 and at most 1");
        }
    }

    @Test
    void saysThatItsConfigurationListsNothing() throws IOException {
        CheckpointFiles files = sharing("{\"juxta\": {\"shared_weights\": 3}}");
        assertThatThrownBy(() -> files.weights())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("\"shared_weights\" must list names of weights, and is 3");
    }
}
