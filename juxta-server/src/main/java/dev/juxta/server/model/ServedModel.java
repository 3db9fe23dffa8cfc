package dev.juxta.server.model;

import dev.juxta.BiEncoder;
import dev.juxta.CrossEncoder;
import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.ModelInfo;
import dev.juxta.Prompt;
import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.ops.Pooling;
import dev.juxta.server.model.EmbeddingWork.Embedder;
import dev.juxta.server.model.ScoringWork.Scoring;
import dev.juxta.server.model.SimilarityWork.Similarities;
import dev.juxta.server.queue.Done;
import dev.juxta.server.queue.WorkQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A loaded model behind its queue, both of which it closes. */
public final class ServedModel implements AutoCloseable {

    /** Words that a warm-up's longest text has; models cut it to what they read. */
    private static final int LONGEST_WARM_UP = 600;

    private final String name;
    private final String source;
    private final ScoringModel model;
    private final Prompt prompt;
    private final WorkQueue queue;

    /**
     * @param name by which requests name it
     * @param source where it was loaded from
     * @param prompt before each first text of pairs
     */
    public ServedModel(String name, String source, ScoringModel model, Prompt prompt, WorkQueue queue) {
        this.name = name;
        this.source = source;
        this.model = model;
        this.prompt = prompt;
        this.queue = queue;
    }

    /** By which requests name it. */
    public String name() {
        return name;
    }

    /** Where it was loaded from. */
    public String source() {
        return source;
    }

    /** What it is. */
    public ModelInfo info() {
        return model.info();
    }

    /** Whether it gives one score per pair, by which to rank. */
    public boolean ranks() {
        return info().labels().size() == 1;
    }

    /** Whether it embeds texts. */
    public boolean embeds() {
        return model instanceof BiEncoder;
    }

    /** How a text's tokens become its vector; none if it does not embed. */
    public List<Pooling> poolings() {
        return model instanceof BiEncoder encoder ? encoder.poolings() : List.of();
    }

    /** Its queue, to be watched. */
    public WorkQueue queue() {
        return queue;
    }

    /**
     * Scores pairs once it is their turn.
     *
     * @param caller with whom others share
     * @param limit after which it fails with a {@link java.util.concurrent.TimeoutException}
     * @throws dev.juxta.server.queue.RejectedException if there is too much to do
     * @throws IllegalArgumentException if the model cannot do what is asked for
     */
    public CompletableFuture<Done<Score>> score(String caller, PairsToScore asked, Duration limit) {
        ScoreOptions options = asked.options(prompt);
        model.require(options);
        int most = asked.maxLength().orElse(info().maxLength());
        if (model instanceof CrossEncoder encoder) {
            long estimate = TokenEstimate.of(asked.pairs(), asked.onLong(), most);
            Scoring scoring = new Scoring(encoder);
            return queue.submit(
                    caller, new ScoringWork(asked.pairs(), encoder.reader(options), estimate, scoring), limit);
        }
        return queue.submit(caller, new SimilarityWork(asked.pairs(), most, new Similarities(model, options)), limit);
    }

    /**
     * Embeds texts once it is their turn.
     *
     * @throws dev.juxta.server.queue.RejectedException if there is too much to do
     * @throws IllegalArgumentException if the model makes no vectors of texts, not as many dimensions, or has no such prompt
     */
    public CompletableFuture<Done<Embedding>> embed(
            String caller, List<String> texts, EmbedOptions options, Duration limit) {
        if (!(model instanceof BiEncoder encoder)) {
            throw new IllegalArgumentException("The model " + name + " scores pairs, and makes no vectors of texts");
        }
        encoder.require(options);
        return queue.submit(caller, new EmbeddingWork(texts, new Embedder(encoder, options)), limit);
    }

    /** Computes pairs of several lengths, so that what is made on first use is there before the first request. */
    public void warmUp() {
        for (int words = 8; words <= LONGEST_WARM_UP; words *= 4) {
            TextPair pair = new TextPair("what is it", "word ".repeat(words));
            var unused = model.score(List.of(pair, pair, pair, pair));
        }
    }

    /** Takes no further work, and waits for what is there, at most {@code limit}; then ends. */
    public void drain(Duration limit) {
        queue.end();
        long end = System.nanoTime() + limit.toNanos();
        while (queue.works() > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        close();
    }

    @Override
    public void close() {
        queue.close();
        model.close();
    }
}
