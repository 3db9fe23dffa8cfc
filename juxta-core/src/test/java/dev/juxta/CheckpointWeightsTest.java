package dev.juxta;

import static dev.juxta.TinyCheckpoint.CONFIG;
import static dev.juxta.TinyCheckpoint.OPTIONS;
import static dev.juxta.TinyCheckpoint.PAIR;
import static dev.juxta.TinyCheckpoint.WEIGHTS;
import static dev.juxta.TinyCheckpoint.assertRefused;
import static dev.juxta.TinyCheckpoint.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.MemoryFiles;
import dev.juxta.checkpoint.NumberFormat;
import dev.juxta.checkpoint.SafeTensorsWriter;
import dev.juxta.checkpoint.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that a model's network asks for, and numbers that cannot be computed with. */
class CheckpointWeightsTest {

    @TempDir
    private Path folder;

    private CrossEncoder load(MemoryFiles files) throws IOException {
        return CrossEncoder.load(files.writeTo(folder.resolve("model")), OPTIONS);
    }

    /** The golden's weights in fp16, some of them multiplied. */
    private MemoryFiles half(Map<String, Float> factors) throws IOException {
        List<Weight> weights = new ArrayList<>();
        for (Weight weight : golden().weights().values()) {
            float[] values = weight.toFloats();
            ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                bytes.putShort(halfBits(value * factors.getOrDefault(weight.name(), 1f)));
            }
            int[] shape = weight.shape().stream().mapToInt(Integer::intValue).toArray();
            weights.add(new Weight(weight.name(), NumberFormat.FP16, shape, bytes.flip()));
        }
        Path file = folder.resolve("half");
        SafeTensorsWriter.write(file, weights);
        MemoryFiles files = golden().with(WEIGHTS, Files.readAllBytes(file));
        Files.delete(file);
        return files;
    }

    /** The nearest fp16 towards zero; too large numbers are infinite, too small ones 0. */
    private static short halfBits(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int exponent = (bits >>> 23 & 0xff) - 127 + 15;
        if (exponent >= 31) {
            return (short) (sign | 0x7c00);
        }
        return (short) (exponent <= 0 ? sign : sign | (exponent << 10) | ((bits >>> 13) & 0x3ff));
    }

    @Test
    void logitsBeyondFp16AreNumbersAndInfiniteWeightsAnError() throws IOException {
        float most = 0;
        for (Weight weight : golden().weights().values()) {
            for (float value : weight.name().equals("classifier.weight") ? weight.toFloats() : new float[0]) {
                most = Math.max(most, Math.abs(value));
            }
        }
        Path large = half(Map.of("classifier.weight", 60_000 / most, "bert.pooler.dense.weight", 50f))
                .writeTo(folder.resolve("large"));
        List<TextPair> pairs = Goldens.read("bert-tiny-1label").stream()
                .map(Goldens.Golden::pair)
                .toList();
        try (CrossEncoder model = CrossEncoder.load(large, OPTIONS)) {
            assertThat(model.info().storedFormat()).isEqualTo("fp16");
            List<Score> scores = model.score(pairs);
            assertThat(scores).anyMatch(score -> Math.abs(score.logit()) > 65_504);
            assertThat(scores)
                    .allMatch(score -> Math.abs(score.logit()) < 1e7 && score.value() >= 0 && score.value() <= 1);
        }
        Path infinite = half(Map.of("classifier.weight", 1e9f)).writeTo(folder.resolve("infinite"));
        try (CrossEncoder model = CrossEncoder.load(infinite, OPTIONS)) {
            assertThatThrownBy(() -> model.score(PAIR))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("for pair 0; its weights are damaged or overflow");
        }
    }

    private static MemoryFiles renamed(String weight, String name) throws IOException {
        byte[] content = golden().read(WEIGHTS);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        byte[] changed = text.replace("\"" + weight + "\"", "\"" + name + "\"").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(changed).hasSameSizeAs(content);
        return golden().with(WEIGHTS, changed);
    }

    @Test
    void namesAMissingWeight() throws IOException {
        assertRefused(
                renamed("bert.pooler.dense.weight", "bert.pooler.other.weight"),
                "no weight \"bert.pooler.dense.weight\" [32, 32]",
                "incomplete");
        assertRefused(renamed("classifier.weight", "clazzifier.weight"), "classifier.weight", "not a cross-encoder");
    }

    @Test
    void namesAnUnusedWeight() throws IOException {
        assertRefused(
                golden().edit(CONFIG, root -> root.put("num_hidden_layers", 1)),
                "bert.encoder.layer.1.attention",
                "no place",
                "more");
    }

    @ParameterizedTest
    @CsvSource({
        "vocab_size, 1901, bert.embeddings.word_embeddings.weight",
        "max_position_embeddings, 512, bert.embeddings.position_embeddings.weight",
        "type_vocab_size, 1, bert.embeddings.token_type_embeddings.weight",
        "intermediate_size, 63, bert.encoder.layer.0.intermediate.dense.weight",
        "hidden_size, 36, bert.embeddings.word_embeddings.weight",
    })
    void namesAWeightOfAnotherShape(String key, int value, String weight) throws IOException {
        assertRefused(
                golden().edit(CONFIG, root -> root.put(key, value)), "\"" + weight + "\"", "the shape", "asks for");
    }

    @Test
    void namesTheWeightsFilesThatItCannotRead() throws IOException {
        MemoryFiles files = golden().without(WEIGHTS);
        assertRefused(files, "has no weights", "model.safetensors");
        assertRefused(files.with("pytorch_model.bin", "x"), "pytorch_model.bin", "no file that torch.save wrote");
        assertRefused(files.with("model.safetensors.index.json", "{}"), "index.json", "weight_map");
    }

    @Test
    void weightsThatOverflowAreAnErrorAndNoScore() throws IOException {
        byte[] content = golden().read(WEIGHTS).clone();
        int data = 8
                + (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
        for (int i = data; i < content.length; i++) {
            content[i] = (byte) 0xff;
        }
        try (CrossEncoder model = load(golden().with(WEIGHTS, content))) {
            assertThatThrownBy(() -> model.score(PAIR))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("The model gives NaN for pair 0; its weights are damaged or overflow");
        }
    }
}
