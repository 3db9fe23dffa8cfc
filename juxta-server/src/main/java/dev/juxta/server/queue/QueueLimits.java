package dev.juxta.server.queue;

/**
 * What bounds a queue.
 *
 * @param batchTokens tokens that are computed together: the unit in which works take turns
 * @param waitingTokens tokens of work that may wait; a work is taken by an empty queue whatever it costs
 * @param batches batches under way at a time; the second is ready when the first ends
 * @param readers threads that read pieces
 */
public record QueueLimits(int batchTokens, long waitingTokens, int batches, int readers) {

    public QueueLimits {
        if (batchTokens < 1 || waitingTokens < 1 || batches < 1 || readers < 1) {
            throw new IllegalArgumentException("Limits must be at least 1, not " + batchTokens + ", " + waitingTokens
                    + ", " + batches + " and " + readers);
        }
    }
}
