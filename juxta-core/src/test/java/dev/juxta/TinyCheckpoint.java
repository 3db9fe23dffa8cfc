package dev.juxta;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.MemoryFiles;
import java.io.IOException;
import java.util.List;

/** The checkpoint that tests of loading change, and how they load it. */
final class TinyCheckpoint {

    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    static final String WEIGHTS = "model.safetensors";

    static final LoadOptions OPTIONS =
            LoadOptions.defaults().withEngine("reference").withThreads(1);

    static final List<TextPair> PAIR = List.of(new TextPair("how many people", "live in Berlin"));

    private TinyCheckpoint() {}

    static MemoryFiles golden() throws IOException {
        return MemoryFiles.ofGolden("bert-tiny-1label");
    }

    static void assertRefused(MemoryFiles files, String... says) {
        assertThatThrownBy(() -> LoadedModel.load(files, OPTIONS).close())
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("memory")
                .hasMessageContainingAll(says);
    }
}
