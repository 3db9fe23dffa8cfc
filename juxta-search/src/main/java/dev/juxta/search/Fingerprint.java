package dev.juxta.search;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.Weight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Names a model by what it computes with: its weights, and the settings that decide what they are fed. */
final class Fingerprint {

    private static final String[] SETTINGS = {
        "config.json",
        "modules.json",
        "1_Pooling/config.json",
        "config_sentence_transformers.json",
        "sentence_bert_config.json",
        "tokenizer.json",
        "vocab.txt"
    };

    /** Bytes of the hash that are kept; enough to tell models apart. */
    private static final int KEPT = 16;

    private Fingerprint() {}

    /** The hash of a checkpoint: SHA-256 over the names, shapes and bytes of its weights, and its settings. */
    static String of(String directory) throws IOException {
        CheckpointFiles files = CheckpointSource.directory(Path.of(directory));
        MessageDigest hash = sha256();
        for (String name : SETTINGS) {
            if (files.contains(name)) {
                hash.update(name.getBytes(StandardCharsets.UTF_8));
                hash.update(files.read(name));
            }
        }
        for (Map.Entry<String, Weight> entry : new TreeMap<>(files.weights()).entrySet()) {
            hash.update(entry.getValue().toString().getBytes(StandardCharsets.UTF_8));
            hash.update(entry.getValue().bytes());
        }
        return HexFormat.of().formatHex(hash.digest(), 0, KEPT);
    }

    /** What every Java has. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }
}
