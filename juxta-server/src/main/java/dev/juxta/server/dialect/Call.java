package dev.juxta.server.dialect;

import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.LongInput;
import dev.juxta.server.model.Models;
import dev.juxta.server.model.PairsToScore;
import dev.juxta.server.model.ServedModel;
import dev.juxta.server.queue.Done;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A request, and what the server does for a dialect. */
public interface Call {

    /** The body. */
    Fields body();

    /** The path, without the dialect's prefix. */
    String path();

    /** The request's id. */
    String id();

    /** What the server is configured to. */
    Facts facts();

    /** The models that there are. */
    Models models();

    /**
     * The model of a name; of no name, and of one that is not served where the server is lenient, the first.
     *
     * @throws Problem if there is none
     */
    ServedModel model(Optional<String> name);

    /** What to do with texts that are too long: what the client asks for by header, else {@code byDefault}. */
    LongInput onLong(LongInput byDefault);

    /** The most results of a request that are explained, each of which costs up to as many pairs as it has parts. */
    int MOST_EXPLAINED = 20;

    /** Scores pairs once it is their turn, and explains as many of the best as the client asks for by header. */
    CompletableFuture<Scored> score(ServedModel model, PairsToScore pairs);

    /**
     * Scores pairs once it is their turn, and explains some of the best.
     *
     * @param explained how many, unless the client asks for some by header
     */
    CompletableFuture<Scored> score(ServedModel model, PairsToScore pairs, int explained);

    /**
     * Does something, on a thread of its own, that only an administrator may.
     *
     * @throws Problem if the request has no key for that
     */
    <T> CompletableFuture<T> administer(Supplier<T> task);

    /** Embeds texts once it is their turn. */
    CompletableFuture<Done<Embedding>> embed(ServedModel model, List<String> texts, EmbedOptions options);

    /**
     * What the server is configured to.
     *
     * @param version its version
     * @param maxDocuments the most documents of a request
     * @param maxBatchTokens tokens that are computed together
     */
    record Facts(String version, int maxDocuments, int maxBatchTokens) {}
}
