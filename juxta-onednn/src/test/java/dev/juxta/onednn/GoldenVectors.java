package dev.juxta.onednn;

import dev.juxta.BiEncoder;
import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.Goldens;
import dev.juxta.LateInteraction;
import dev.juxta.LoadOptions;
import dev.juxta.TextRole;
import dev.juxta.TokenVectors;
import dev.juxta.engine.Precision;
import dev.juxta.model.Similarity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The vectors of all texts of a golden by a model, and the reference's.
 *
 * @param precision the one that was taken
 */
record GoldenVectors(List<float[]> found, List<float[]> expected, Precision precision) {

    /** Of a checkpoint beside its golden. */
    static GoldenVectors of(String name, LoadOptions options) throws IOException {
        return Goldens.EMBEDDERS.contains(name)
                ? ofTexts(name, Goldens.folder(name), options)
                : ofTokens(name, options);
    }

    /** Of a bi-encoder in this folder. */
    static GoldenVectors ofTexts(String name, Path folder, LoadOptions options) throws IOException {
        List<float[]> found = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        try (BiEncoder model = BiEncoder.load(folder, options)) {
            for (TextRole role : TextRole.values()) {
                List<JsonNode> goldens = goldens(name, role);
                model.embed(texts(goldens), EmbedOptions.as(role)).stream()
                        .map(Embedding::vector)
                        .forEach(found::add);
                goldens.forEach(golden -> expected.add(Goldens.floats(golden.get("vector"))));
            }
            return new GoldenVectors(found, expected, model.info().precision());
        }
    }

    private static GoldenVectors ofTokens(String name, LoadOptions options) throws IOException {
        List<float[]> found = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        try (LateInteraction model = LateInteraction.load(Goldens.folder(name), options)) {
            for (TextRole role : TextRole.values()) {
                List<JsonNode> goldens = goldens(name, role);
                for (TokenVectors vectors : model.embed(texts(goldens), EmbedOptions.as(role))) {
                    found.addAll(List.of(vectors.vectors()));
                }
                goldens.forEach(golden -> golden.get("vectors").forEach(row -> expected.add(Goldens.floats(row))));
            }
            return new GoldenVectors(found, expected, model.info().precision());
        }
    }

    private static List<JsonNode> goldens(String name, TextRole role) {
        return Goldens.lines(name, "golden.jsonl").stream()
                .filter(node -> node.get("as").stringValue().equals(role.toString()))
                .toList();
    }

    private static List<String> texts(List<JsonNode> goldens) {
        return goldens.stream().map(golden -> Goldens.text(golden.get("text"))).toList();
    }

    /** The largest difference of any number. */
    double difference() {
        if (found.size() != expected.size()) {
            throw new IllegalStateException(found.size() + " vectors for " + expected.size());
        }
        double largest = 0;
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).length != expected.get(i).length) {
                throw new IllegalStateException(found.get(i).length + " columns for " + expected.get(i).length);
            }
            for (int j = 0; j < found.get(i).length; j++) {
                largest = Math.max(largest, Math.abs(found.get(i)[j] - expected.get(i)[j]));
            }
        }
        return largest;
    }

    double meanCosine() {
        double sum = 0;
        for (int i = 0; i < found.size(); i++) {
            sum += Similarity.COSINE.of(found.get(i), expected.get(i));
        }
        return sum / found.size();
    }
}
