package dev.juxta.search;

import dev.juxta.BiEncoder;
import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.LoadOptions;
import dev.juxta.TextRole;
import java.io.IOException;
import java.util.List;

/** A {@link BiEncoder} as an index needs it. */
public final class BiEncoderEmbedder implements Embedder {

    private final BiEncoder model;
    private final String name;
    private final String fingerprint;
    private final VectorSimilarity similarity;

    private BiEncoderEmbedder(BiEncoder model, String name) throws IOException {
        this.model = model;
        this.name = name;
        this.similarity = similarity(model, name);
        this.fingerprint = Fingerprint.of(model.info().location());
    }

    /**
     * Loads a model.
     *
     * @param name a directory, or a hub id
     * @throws IOException if it cannot be loaded, or compares vectors in a way that no index has
     */
    public static BiEncoderEmbedder load(String name, LoadOptions options) throws IOException {
        BiEncoder model = BiEncoder.load(name, options);
        try {
            return new BiEncoderEmbedder(model, name);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static VectorSimilarity similarity(BiEncoder model, String name) throws IOException {
        return switch (model.similarity()) {
            case COSINE -> VectorSimilarity.COSINE;
            case DOT -> VectorSimilarity.DOT;
            case EUCLIDEAN -> VectorSimilarity.EUCLIDEAN;
            case MANHATTAN ->
                throw new IOException(
                        "The model " + name
                                + " compares vectors by Manhattan distance, which no index has; choose one of cosine, dot or euclidean");
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int dimensions() {
        return model.dimensions();
    }

    @Override
    public VectorSimilarity similarity() {
        return similarity;
    }

    @Override
    public List<float[]> documents(List<String> texts) {
        return embed(texts, TextRole.DOCUMENT);
    }

    @Override
    public float[] query(String text) {
        return embed(List.of(text), TextRole.QUERY).get(0);
    }

    private List<float[]> embed(List<String> texts, TextRole role) {
        EmbedOptions options = EmbedOptions.as(role).withNormalize(similarity == VectorSimilarity.COSINE);
        return model.embed(texts, options).stream().map(Embedding::vector).toList();
    }

    @Override
    public void close() {
        model.close();
    }
}
