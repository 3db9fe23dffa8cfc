package dev.juxta.server.model;

import dev.juxta.BiEncoder;
import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.server.queue.Computation;
import dev.juxta.server.queue.Piece;
import dev.juxta.server.queue.Work;
import java.util.List;

/**
 * Texts to be embedded; their tokens are guessed.
 *
 * @param computation for these options
 */
record EmbeddingWork(List<String> texts, int maxLength, Computation<Text, Embedding> computation)
        implements Work<EmbeddingWork.Text, Embedding> {

    /** A text and what it may cost. */
    record Text(String text, int tokens) implements Piece {}

    /** Embeds texts by a model. */
    static Computation<Text, Embedding> computation(BiEncoder model, EmbedOptions options) {
        return texts -> model.embed(texts.stream().map(Text::text).toList(), options);
    }

    @Override
    public int size() {
        return texts.size();
    }

    @Override
    public long estimatedTokens() {
        return read(0, size()).stream().mapToLong(Text::tokens).sum();
    }

    @Override
    public List<Text> read(int from, int to) {
        return texts.subList(from, to).stream()
                .map(text -> new Text(text, TokenEstimate.of(text, maxLength)))
                .toList();
    }
}
