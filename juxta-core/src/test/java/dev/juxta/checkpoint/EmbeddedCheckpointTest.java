package dev.juxta.checkpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedCheckpointTest {

    @Test
    void whatIsNamedIsFound() {
        for (EmbeddedCheckpoint one : EmbeddedCheckpoint.values()) {
            assertThat(EmbeddedCheckpoint.named(one.id())).contains(one);
        }
        assertThat(EmbeddedCheckpoint.named("Embedded")).isEmpty();
    }

    @Test
    void theLightOneHasTheWordsOfTheDefault() throws IOException {
        String words = "bert.embeddings.word_embeddings.weight";
        Map<String, Weight> light = EmbeddedCheckpoint.FAST.files().weights();
        Map<String, Weight> full = EmbeddedCheckpoint.DEFAULT.files().weights();
        assertThat(light.keySet()).isSubsetOf(full.keySet());
        assertThat(requireNonNull(light.get(words)).toFloats())
                .isEqualTo(requireNonNull(full.get(words)).toFloats());
    }
}
