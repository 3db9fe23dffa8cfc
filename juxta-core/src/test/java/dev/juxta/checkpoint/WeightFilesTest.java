package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Weights are read in every form in which PyTorch and safetensors have written them; files made by make_weights.py. */
class WeightFilesTest {

    static final Path WEIGHTS = Path.of("src/test/resources/weights");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "safetensors",
                "safetensors-shards",
                "zip",
                "zip-protocol-4",
                "zip-big-endian",
                "zip-shards",
                "legacy",
                "legacy-views"
            })
    void tensorsAreWhatPythonSaved(String name) throws IOException {
        Map<String, Weight> weights = WeightFiles.read(new DirectoryFiles(WEIGHTS.resolve(name)));
        JsonNode expected = JsonMapper.shared().readTree(Files.readString(WEIGHTS.resolve(name + "/expected.json")));
        assertThat(weights.keySet()).containsExactlyInAnyOrderElementsOf(expected.propertyNames());
        for (Map.Entry<String, JsonNode> tensor : expected.properties()) {
            Weight weight = weights.get(tensor.getKey());
            assertThat(weight).isNotNull();
            assertThat(weight.shape())
                    .as(tensor.getKey())
                    .isEqualTo(tensor.getValue()
                            .get(0)
                            .valueStream()
                            .map(JsonNode::intValue)
                            .toList());
            float[] floats = weight.toFloats();
            assertThat(IntStream.range(0, floats.length).mapToObj(i -> floats[i]))
                    .as(tensor.getKey())
                    .isEqualTo(tensor.getValue()
                            .get(1)
                            .valueStream()
                            .map(number -> (float) number.doubleValue())
                            .toList());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            code-zip      | needs more than tensors: posix.system;
            code-legacy   | needs more than tensors: posix.system;
            module        | needs more than tensors: torch.nn.modules.linear.Linear;
            sparse        | needs more than tensors: torch._utils._rebuild_sparse_tensor;
            complex       | needs more than tensors: torch.ComplexFloatStorage; weights are read as float32
            nested        | holds "state_dict", which is no tensor; save the model's state_dict() alone
            nested-legacy | holds "state_dict", which is no tensor; save the model's state_dict() alone
            list          | holds no dict of tensors; save the model's state_dict()
            expanded      | "a" repeats numbers, so that the file needs more memory than it is long
            compressed    | is a compressed zip archive, and PyTorch stores without compression
            script        | is a TorchScript program, not a checkpoint
            """)
    void whatIsNotTensorsIsRefusedByName(String name, String reason) throws IOException {
        Files.copy(WEIGHTS.resolve("refused/" + name + ".bin"), folder.resolve("pytorch_model.bin"));
        assertRefused(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"safetensors", "zip"})
    void aMissingShardIsNamed(String form) throws IOException {
        copy(WEIGHTS.resolve(form + "-shards"));
        String shard = form.equals("zip") ? "pytorch_model-00002-of-00002.bin" : "model-00002-of-00002.safetensors";
        Files.delete(folder.resolve(shard));
        assertRefused(shard + " is missing, and ");
    }

    @Test
    void aTensorThatItsShardLacksIsNamed() throws IOException {
        copy(WEIGHTS.resolve("safetensors-shards"));
        edit("\"fp32\": \"model-00001", "\"fp33\": \"model-00001");
        assertRefused(
                "model-00001-of-00002.safetensors lacks \"fp33\", which model.safetensors.index.json says it holds");
    }

    @Test
    void aTensorInTwoShardsIsRefused() throws IOException {
        copy(WEIGHTS.resolve("safetensors-shards"));
        Files.copy(folder.resolve("model-00001-of-00002.safetensors"), folder.resolve("third"));
        edit("\"weight_map\": {", "\"weight_map\": {\"fp16\": \"third\",");
        edit("\"fp16\": \"model-00001-of-00002.safetensors\",", "");
        assertRefused("which another shard holds too");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/b", "", "."})
    void aShardLiesBesideItsIndex(String shard) throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"" + shard + "\"}}");
        assertRefused("puts \"a\" into \"" + shard + "\"; a shard is a file beside the index");
    }

    @Test
    void anIndexWithoutAMapIsRefused() throws IOException {
        Files.writeString(folder.resolve("pytorch_model.bin.index.json"), "{\"weight_map\":[]}");
        assertRefused("has no \"weight_map\"");
    }

    @Test
    void aPointerToAFileElsewhereIsNoFileOfWeights() throws IOException {
        Files.writeString(folder.resolve("pytorch_model.bin"), "version https://git-lfs.github.com/spec/v1\n");
        assertRefused("is no file that torch.save wrote");
    }

    @Test
    void noWeightsAtAllIsASentence() {
        assertRefused("has no weights; a checkpoint has model.safetensors or pytorch_model.bin");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> WeightFiles.read(new DirectoryFiles(folder)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(reason);
    }

    private void copy(Path from) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private void edit(String old, String replacement) throws IOException {
        Path index = folder.resolve("model.safetensors.index.json");
        String text = Files.readString(index, StandardCharsets.UTF_8);
        assertThat(text).contains(old);
        Files.writeString(index, text.replace(old, replacement));
    }
}
