package dev.juxta.server.queue;

import java.util.List;

/**
 * Work that is done.
 *
 * @param results one for each piece
 * @param tokens that were computed
 * @param times what it waited for
 */
public record Done<R>(List<R> results, long tokens, Times times) {

    /**
     * Where the time went, in nanoseconds.
     *
     * @param reading spent reading its pieces
     * @param waiting from when it came until its first piece was computed, less the reading
     * @param computing from then until its last piece was
     */
    public record Times(long reading, long waiting, long computing) {}
}
