package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {

    @Test
    void readsTheFormsThatCardsHave() {
        ModelCard card = ModelCard.parse("""
                ---
                license: other
                license_name: gemma
                language:
                - "no"
                - no
                - zh
                datasets: sentence-transformers/msmarco
                base_model:
                  - owner/name
                tags: [text-ranking, 2024, {nested: thing}]
                model-index:
                - name: x
                  results: [{task: {type: y}}]
                ---
                # Title
                license: not this
                """);
        assertThat(card.license()).contains("gemma");
        assertThat(card.languages()).containsExactly("no", "no", "zh");
        assertThat(card.datasets()).containsExactly("sentence-transformers/msmarco");
        assertThat(card.baseModels()).containsExactly("owner/name");
        assertThat(card.tags()).containsExactly("text-ranking", "2024");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# A model",
                "---\nlicense: mit",
                "---\nlicense: [unclosed\n---",
                "---\n- a\n- b\n---",
                "---\n&a [*a, *a]\n---",
                "---\nlicense: !!java.lang.Runtime {}\n---",
                "---\nlicense: {a: b}\nlanguage: null\n---",
                "---\n\u0000\n---"
            })
    void whatIsNoCardSaysNothing(String text) {
        ModelCard card = ModelCard.parse(text);
        assertThat(card.license()).isEmpty();
        assertThat(card.languages()).isEqualTo(List.of());
    }
}
