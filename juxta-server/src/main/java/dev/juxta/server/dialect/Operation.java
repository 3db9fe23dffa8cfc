package dev.juxta.server.dialect;

import java.util.concurrent.CompletableFuture;

/** Answers the requests of one path. */
public interface Operation {

    /**
     * Answers one.
     *
     * @return fails with a {@link Problem}, or with what the queue fails with
     * @throws Problem if the request is wrong
     */
    CompletableFuture<Answer> answer(Call call);
}
