package dev.juxta.search;

import java.util.Optional;

/**
 * The models whose vectors an index keeps.
 *
 * @param dense a vector for each passage
 * @param late a vector for each token
 */
public record IndexedModels(Optional<Embedder> dense, Optional<TokenEmbedder> late) implements AutoCloseable {

    /** An index of words alone. */
    public static IndexedModels none() {
        return new IndexedModels(Optional.empty(), Optional.empty());
    }

    /** An index with a vector for each passage. */
    public static IndexedModels dense(Embedder model) {
        return new IndexedModels(Optional.of(model), Optional.empty());
    }

    /** An index with a vector for each token. */
    public static IndexedModels late(TokenEmbedder model) {
        return new IndexedModels(Optional.empty(), Optional.of(model));
    }

    /** Closes both. */
    @Override
    public void close() {
        dense.ifPresent(IndexedModel::close);
        late.ifPresent(IndexedModel::close);
    }
}
