package dev.juxta;

import static dev.juxta.TinyCheckpoint.CONFIG;
import static dev.juxta.TinyCheckpoint.OPTIONS;
import static dev.juxta.TinyCheckpoint.PAIR;
import static dev.juxta.TinyCheckpoint.TOKENIZER;
import static dev.juxta.TinyCheckpoint.TOKENIZER_CONFIG;
import static dev.juxta.TinyCheckpoint.assertRefused;
import static dev.juxta.TinyCheckpoint.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.MemoryFiles;
import dev.juxta.model.OutputActivation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** From the files of a checkpoint to a model, or to a sentence that says why not. */
class CheckpointLoadingTest {

    @TempDir
    private Path folder;

    private static MemoryFiles saved() throws IOException {
        return MemoryFiles.ofGolden("bert-saved-6.2");
    }

    private CrossEncoder load(MemoryFiles files) throws IOException {
        return CrossEncoder.load(files.writeTo(folder.resolve("model")), OPTIONS);
    }

    private static ModelInfo info(MemoryFiles files, LoadOptions options) throws IOException {
        LoadedModel model = LoadedModel.load(files, options);
        model.close();
        return model.info();
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
}
