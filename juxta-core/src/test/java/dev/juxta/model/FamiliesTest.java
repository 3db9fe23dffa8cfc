package dev.juxta.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.MemoryFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What the families refuse, and what they do with padding that stands in a text. */
class FamiliesTest {

    private static Architecture read(String golden, Consumer<ObjectNode> edit) throws IOException {
        return Settings.read(MemoryFiles.ofGolden(golden).edit("config.json", edit), Optional.empty())
                .architecture();
    }

    private static void assertRefused(String golden, Consumer<ObjectNode> edit, String... says) {
        assertThatThrownBy(() -> read(golden, edit))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(says);
    }

    @Test
    void robertaCountsPositionsPastPadding() throws IOException {
        Architecture roberta = read("roberta", root -> {});
        assertThat(roberta.positions(new int[] {0, 9, 1, 9, 1, 2}, new int[6])).containsExactly(2, 3, 1, 4, 1, 5);
        assertThat(roberta.shape().maxTokens()).isEqualTo(48);
        assertRefused("roberta", root -> root.put("max_position_embeddings", 2), "no positions beyond");
    }

    @Test
    void decodersScoreTheLastTokenThatIsNotPadding() throws IOException {
        Architecture qwen = read("qwen3", root -> {});
        assertThat(qwen.scoredTokens(new int[] {5, 0, 6, 0, 0})).isEqualTo(3);
        assertThat(qwen.scoredTokens(new int[] {0, 0})).isEqualTo(1);
        assertThat(qwen.scoredTokens(new int[] {})).isZero();
        assertThat(read("qwen3", root -> root.remove("pad_token_id")).scoredTokens(new int[] {5, 0}))
                .isEqualTo(2);
    }

    @Test
    void refusesVariantsByName() {
        assertRefused("deberta-v3-3labels", root -> root.put("conv_kernel_size", 4), "conv_kernel_size", "must be odd");
        assertRefused("deberta-v1", root -> root.put("talking_head", true), "talking_head");
        assertRefused("modernbert", root -> root.put("classifier_pooling", "max"), "\"max\"", "cls and mean");
        assertRefused(
                "modernbert", root -> root.putArray("layer_types").add("full_attention"), "layer_types", "4 layers");
        assertRefused(
                "qwen3",
                root -> root.putObject("rope_scaling").put("rope_type", "longrope"),
                "\"longrope\"",
                "default, linear");
        assertRefused(
                "qwen3",
                root -> root.putObject("rope_scaling").put("rope_type", "yarn"),
                "\"factor\" must be a number above 0, and is missing");
        assertRefused("llama", root -> root.put("num_key_value_heads", 2), "3 query heads, 2 key heads");
    }
}
