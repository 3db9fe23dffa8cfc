package dev.juxta.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.MemoryFiles;
import java.io.IOException;
import java.util.Optional;

/** The files that tests of settings begin with. */
final class SettingsFiles {

    static final String CONFIG = "config.json";
    static final String CHAIN = "config_sentence_transformers.json";
    static final String TRANSFORMER = "sentence_bert_config.json";
    static final String LEGACY_KEY = "sbert_ce_default_activation_function";

    private SettingsFiles() {}

    /** One label, and no file but config.json that counts. */
    static MemoryFiles plain() throws IOException {
        return MemoryFiles.ofGolden("bert-tiny-1label");
    }

    /** With modules.json and its companions. */
    static MemoryFiles saved() throws IOException {
        return MemoryFiles.ofGolden("bert-saved-6.2");
    }

    static Settings read(MemoryFiles files) throws IOException {
        return Settings.read(files, Optional.empty());
    }

    static void assertRefused(MemoryFiles files, String... says) {
        assertThatThrownBy(() -> read(files))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(says);
    }
}
