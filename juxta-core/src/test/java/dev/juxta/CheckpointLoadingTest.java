package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.MemoryFiles;
import dev.juxta.checkpoint.NumberFormat;
import dev.juxta.checkpoint.SafeTensorsWriter;
import dev.juxta.checkpoint.Weight;
import dev.juxta.model.OutputActivation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** From the files of a checkpoint to a model, or to a sentence that says why not. */
class CheckpointLoadingTest {

    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String WEIGHTS = "model.safetensors";

    private static final LoadOptions OPTIONS =
            LoadOptions.defaults().withEngine("reference").withThreads(1);

    private static final List<TextPair> PAIR = List.of(new TextPair("how many people", "live in Berlin"));

    @TempDir
    private Path folder;

    private static MemoryFiles golden() throws IOException {
        return MemoryFiles.ofGolden("bert-tiny-1label");
    }

    private static MemoryFiles saved() throws IOException {
        return MemoryFiles.ofGolden("bert-saved-6.2");
    }

    private CrossEncoder load(MemoryFiles files) throws IOException {
        return CrossEncoder.load(files.writeTo(folder.resolve("model")), OPTIONS);
    }

    private static void assertRefused(MemoryFiles files, String... says) {
        assertThatThrownBy(() -> LoadedModel.load(files, OPTIONS).close())
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("memory")
                .hasMessageContainingAll(says);
    }

    private static ModelInfo info(MemoryFiles files, LoadOptions options) throws IOException {
        LoadedModel model = LoadedModel.load(files, options);
        model.close();
        return model.info();
    }

    // numbers that fp16 cannot hold

    /** The golden's weights in fp16, some of them multiplied. */
    private static MemoryFiles half(Map<String, Float> factors) throws IOException {
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
        Path file = Files.createTempDirectory("half").resolve(WEIGHTS);
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

    // maximum length and activation

    private static MemoryFiles lengths(int saved, String tokenizers) throws IOException {
        MemoryFiles files = saved().edit("sentence_bert_config.json", root -> root.put("max_seq_length", saved));
        return files.with(TOKENIZER_CONFIG, "{\"model_max_length\": " + tokenizers + "}");
    }

    @Test
    void lengthIsTheArgumentElseTheSavedElseTheTokenizersElseThatOfThePositions() throws IOException {
        MemoryFiles both = lengths(20, "30");
        ModelInfo argument = info(both, OPTIONS.withMaxLength(40));
        assertThat(argument.maxLength()).isEqualTo(40);
        assertThat(argument.maxLengthSource()).isEqualTo("argument");
        assertThat(info(both, OPTIONS).maxLength()).isEqualTo(20);
        assertThat(info(both, OPTIONS).maxLengthSource()).contains("max_seq_length");
        MemoryFiles tokenizers = both.without("modules.json");
        assertThat(info(tokenizers, OPTIONS).maxLength()).isEqualTo(30);
        assertThat(info(tokenizers, OPTIONS).maxLengthSource()).contains("model_max_length");
        ModelInfo positions = info(tokenizers.without(TOKENIZER_CONFIG), OPTIONS);
        assertThat(positions.maxLength()).isEqualTo(64);
        assertThat(positions.maxLengthSource()).isEqualTo("max_position_embeddings");
    }

    @Test
    void noLengthIsMoreThanThePositions() throws IOException {
        assertThat(info(golden(), OPTIONS.withMaxLength(65)).maxLength()).isEqualTo(64);
        assertThat(info(lengths(1000, "30"), OPTIONS).maxLength()).isEqualTo(64);
        ModelInfo tokenizers = info(lengths(1000, "512").without("modules.json"), OPTIONS);
        assertThat(tokenizers.maxLength()).isEqualTo(64);
        assertThat(tokenizers.maxLengthSource()).contains("max_position_embeddings", "model_max_length 512");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000000000000000019884624838656", "1e30", "null", "2147483648"})
    void aLengthThatStandsForNoneIsNone(String length) throws IOException {
        MemoryFiles files = golden().with(TOKENIZER_CONFIG, "{\"model_max_length\": " + length + "}");
        assertThat(info(files, OPTIONS).maxLengthSource()).isEqualTo("max_position_embeddings");
    }

    @Test
    void aLengthWithoutRoomForTwoTextsIsRefused() throws IOException {
        assertThat(info(golden(), OPTIONS.withMaxLength(5)).maxLength()).isEqualTo(5);
        MemoryFiles files = golden();
        assertThatThrownBy(() -> LoadedModel.load(files, OPTIONS.withMaxLength(4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A maximum length of 4 tokens (argument) leaves no room for two texts;"
                        + " it must be at least 5");
        assertRefused(lengths(4, "30"), "4 tokens (max_seq_length)", "at least 5");
    }

    @Test
    void activationArgumentComesFirst() throws IOException {
        MemoryFiles files = golden().edit(
                        CONFIG,
                        root -> root.put("sbert_ce_default_activation_function", "torch.nn.modules.activation.GLU"));
        assertRefused(files, "GLU");
        ModelInfo info = info(files, OPTIONS.withActivation(OutputActivation.TANH));
        assertThat(info.activation()).isEqualTo(OutputActivation.TANH);
        assertThat(info.activationSource()).isEqualTo("argument");
    }

    // weights

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

    // a tokenizer and weights that do not belong together

    /** Gives a token of the tiny vocabulary an id that the embedding table does not have. */
    private static MemoryFiles withTokenBeyondTheTable(String token) throws IOException {
        return golden().edit(TOKENIZER, root -> ((ObjectNode) root.path("model").path("vocab")).put(token, 1900));
    }

    @ParameterizedTest
    @EnumSource(LongInput.class)
    void aTokenThatTheWeightsDoNotKnowIsNamed(LongInput onLong) throws IOException {
        try (CrossEncoder model = load(withTokenBeyondTheTable("how"))) {
            ScoreOptions options = ScoreOptions.defaults().withOnLong(onLong);
            assertThat(model.score(List.of(new TextPair("x", "y")), options)).hasSize(1);
            assertThatThrownBy(() -> model.score(List.of(new TextPair("x", "how")), options))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the token id 1900")
                    .hasMessageContaining("know 0 to 1899");
        }
    }

    @Test
    void aSpecialTokenThatTheWeightsDoNotKnowIsFoundAtOnce() throws IOException {
        for (int id : new int[] {1900, Integer.MAX_VALUE}) {
            MemoryFiles files = golden().edit(TOKENIZER, root -> {
                ObjectNode processor = root.putObject("post_processor").put("type", "BertProcessing");
                processor.putArray("cls").add("[CLS]").add(id);
                processor.putArray("sep").add("[SEP]").add(3);
            });
            assertRefused(files, "the token id " + id, "0 to 1899", "do not belong together");
        }
    }

    @Test
    void aSegmentThatTheWeightsDoNotKnowIsFoundAtOnceWhereSegmentsAreRead() throws IOException {
        MemoryFiles files = golden().edit(TOKENIZER, root -> {
            for (var piece : (ArrayNode) root.path("post_processor").path("pair")) {
                piece.forEach(part -> ((ObjectNode) part).put("type_id", 5));
            }
        });
        assertRefused(files, "the token type 5", "0 to 1");
        MemoryFiles unread = files.edit(
                TOKENIZER_CONFIG, root -> root.putArray("model_input_names").add("input_ids"));
        try (CrossEncoder model = load(unread)) {
            assertThat(model.score(PAIR)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(LongInput.class)
    void aPairWithoutAnyTokenIsNamed(LongInput onLong) throws IOException {
        try (CrossEncoder model = load(golden().edit(TOKENIZER, root -> root.putNull("post_processor")))) {
            ScoreOptions options = ScoreOptions.defaults().withOnLong(onLong);
            assertThat(model.score(List.of(new TextPair("", "x"), new TextPair("x", "")), options))
                    .hasSize(2);
            assertThatThrownBy(() -> model.score(List.of(new TextPair("", "x"), new TextPair("", "")), options))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Pair 1 has no tokens");
        }
    }

    // files

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
