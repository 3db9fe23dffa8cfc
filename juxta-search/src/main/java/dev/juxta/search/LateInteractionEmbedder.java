package dev.juxta.search;

import dev.juxta.EmbedOptions;
import dev.juxta.LateInteraction;
import dev.juxta.LoadOptions;
import dev.juxta.TextRole;
import dev.juxta.TokenVectors;
import java.io.IOException;
import java.util.List;

/** A {@link LateInteraction} model as an index needs it. */
public final class LateInteractionEmbedder implements TokenEmbedder {

    private final LateInteraction model;
    private final String name;
    private final String fingerprint;

    private LateInteractionEmbedder(LateInteraction model, String name) throws IOException {
        this.model = model;
        this.name = name;
        this.fingerprint = Fingerprint.of(model.info().location());
    }

    /**
     * Loads a model.
     *
     * @param name a directory, or a hub id
     * @throws IOException if it cannot be loaded
     */
    public static LateInteractionEmbedder load(String name, LoadOptions options) throws IOException {
        LateInteraction model = LateInteraction.load(name, options);
        try {
            return new LateInteractionEmbedder(model, name);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The model itself, which scores candidates exactly. */
    public LateInteraction model() {
        return model;
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
    public List<float[][]> documents(List<String> texts) {
        return model.embed(texts, EmbedOptions.as(TextRole.DOCUMENT)).stream()
                .map(TokenVectors::vectors)
                .toList();
    }

    @Override
    public float[][] query(String text) {
        return model.embed(List.of(text), EmbedOptions.as(TextRole.QUERY))
                .get(0)
                .vectors();
    }

    @Override
    public void close() {
        model.close();
    }
}
