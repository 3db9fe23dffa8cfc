package dev.juxta.server.model;

import dev.juxta.BiEncoder;
import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.server.queue.Computation;
import dev.juxta.server.queue.Piece;
import dev.juxta.server.queue.Work;
import java.util.List;

/** Texts to be embedded; their tokens are guessed. */
record EmbeddingWork(List<String> texts, Embedder computation) implements Work<EmbeddingWork.Text, Embedding> {

    /** A text and what it may cost. */
    record Text(String text, int tokens) implements Piece {}

    /** Embeds texts by a model. */
    record Embedder(BiEncoder model, EmbedOptions options) implements Computation<Text, Embedding> {
        @Override
        public List<Embedding> run(List<Text> texts) {
            return model.embed(texts.stream().map(Text::text).toList(), options);
        }
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
        int most = computation.model.info().maxLength();
        return texts.subList(from, to).stream()
                .map(text -> new Text(text, TokenEstimate.of(text, most)))
                .toList();
    }
}
