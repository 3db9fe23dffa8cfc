package dev.juxta.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.MemoryFiles;
import dev.juxta.ops.Pooling;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Which chains of modules are taken, and what is said of the others. */
class ChainTest {

    private static final String PREFIX = "sentence_transformers.models.";

    /** ModernBERT, Pooling, Dense, LayerNorm, Dense. */
    private static MemoryFiles ettin() throws IOException {
        return MemoryFiles.ofGolden("chain-ettin");
    }

    private static Settings read(MemoryFiles files) throws IOException {
        return Settings.read(files, Optional.empty());
    }

    private static void assertRefused(MemoryFiles files, String... says) {
        assertThatThrownBy(() -> read(files))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(says);
    }

    private static MemoryFiles modules(String... typesAndFolders) throws IOException {
        StringBuilder list = new StringBuilder("[{\"type\":\"" + PREFIX + "Transformer\",\"path\":\"\"}");
        for (int i = 0; i < typesAndFolders.length; i += 2) {
            list.append(",{\"type\":\"" + typesAndFolders[i] + "\",\"path\":\"" + typesAndFolders[i + 1] + "\"}");
        }
        return ettin().with("modules.json", list.append(']').toString());
    }

    @Test
    void takesTheModulesOfAnyVersion() throws IOException {
        Settings settings = read(modules(
                PREFIX + "Pooling",
                "1_Pooling",
                PREFIX + "Dense",
                "2_Dense",
                PREFIX + "LayerNorm",
                "3_LayerNorm",
                PREFIX + "Dense",
                "4_Dense"));
        assertThat(settings.architecture().weightFolders()).containsExactly("2_Dense", "3_LayerNorm", "4_Dense");
        assertThat(settings.labels()).containsExactly("LABEL_0");
    }

    @Test
    void refusesModulesThatAreNotThere() throws IOException {
        assertRefused(modules(PREFIX + "CNN", "1_Pooling", PREFIX + "Dense", "4_Dense"), "out of place", "Pooling");
        assertRefused(
                modules(PREFIX + "Pooling", "1_Pooling", PREFIX + "CNN", "2_Dense", PREFIX + "Dense", "4_Dense"),
                "CNN",
                "supported are Pooling, Dense");
        assertRefused(modules("pylate.models.Dense", "1_Dense"), "pylate.models.Dense");
        assertRefused(modules(PREFIX + "Pooling", "../1_Pooling"), "../1_Pooling", "in its folder".substring(3));
    }

    @Test
    void refusesAChainWithoutScores() throws IOException {
        assertRefused(modules(PREFIX + "Pooling", "1_Pooling"), "no scores", "LogitScore");
        assertRefused(modules(PREFIX + "Pooling", "1_Pooling", PREFIX + "Dense", "2_Dense"), "no scores");
        assertRefused(modules(PREFIX + "Dense", "4_Dense"), "out of place");
        assertRefused(
                modules(PREFIX + "Pooling", "1_Pooling", PREFIX + "Dense", "9_Dense"), "9_Dense", "no config.json");
    }

    @Test
    void refusesWhatAModuleCannotDo() throws IOException {
        edit("2_Dense", root -> root.put("in_features", 31), "\"in_features\" is 31", "width 32");
        edit("2_Dense", root -> root.put("activation_function", "torch.nn.Mish"), "torch.nn.Mish");
        edit("2_Dense", root -> root.put("module_output_name", "scores"), "\"scores\"");
        edit("2_Dense", root -> root.put("module_input_name", "token_embeddings"), "token_embeddings");
        edit("3_LayerNorm", root -> root.put("dimension", 3), "dimension", "width 20");
        edit("1_Pooling", root -> root.put("pooling_mode", "median"), "\"median\"", "weightedmean", "lasttoken");
        edit("1_Pooling", root -> root.put("include_prompt", false), "include_prompt");
        edit("1_Pooling", root -> root.putArray("pooling_mode").add("cls").add("mean"), "width 64");
    }

    private static void edit(String folder, Consumer<ObjectNode> edit, String... says) throws IOException {
        assertRefused(ettin().edit(folder + "/config.json", edit), says);
    }

    @Test
    void refusesASimilarityThatIsNotThere() throws IOException {
        MemoryFiles files = MemoryFiles.ofGolden("embedder-mean")
                .with("config_sentence_transformers.json", "{\"similarity_fn_name\":\"angular\"}");
        assertThatThrownBy(() -> EmbedderSettings.read(files))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(
                        "similarity_fn_name", "\"angular\" is not one of cosine, dot, euclidean, manhattan");
    }

    @Test
    void readsThePoolingFlagsOfOldFiles() throws IOException {
        MemoryFiles old = ettin().with(
                        "1_Pooling/config.json",
                        "{\"word_embedding_dimension\":32,\"pooling_mode_cls_token\":false,"
                                + "\"pooling_mode_mean_tokens\":true,\"pooling_mode_max_tokens\":false}");
        assertThat(((ChainedEncoder) read(old).architecture()).modules().get(0))
                .isEqualTo(new ChainModule.Pool(Pooling.MEAN));
        MemoryFiles several = MemoryFiles.ofGolden("embedder-mean")
                .with(
                        "1_Pooling/config.json",
                        "{\"word_embedding_dimension\":32,\"pooling_mode_lasttoken\":true,"
                                + "\"pooling_mode_weightedmean_tokens\":true,\"pooling_mode_mean_tokens\":false,"
                                + "\"pooling_mode_cls_token\":true,\"include_prompt\":false}");
        EmbedderSettings settings = EmbedderSettings.read(several);
        assertThat(settings.poolsPrompt()).isFalse();
        assertThat(((ChainedEncoder) settings.settings().architecture())
                        .modules()
                        .get(0))
                .isEqualTo(new ChainModule.Pool(List.of(Pooling.FIRST_POOLED, Pooling.WEIGHTED_MEAN, Pooling.LAST)));
    }
}
