package dev.juxta.server.http;

import java.util.concurrent.CompletableFuture;

/** Tells whoever works on a request that nobody waits for its answer any more. */
public final class Abandonment {

    private final CompletableFuture<Boolean> gone = new CompletableFuture<>();

    /** Runs something once the client has gone; at once if it has. */
    public void whenGone(Runnable task) {
        var unused = gone.thenRun(task);
    }

    /** Whether the client has gone. */
    public boolean isGone() {
        return gone.isDone();
    }

    void tell() {
        gone.complete(true);
    }
}
