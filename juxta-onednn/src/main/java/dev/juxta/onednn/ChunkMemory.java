package dev.juxta.onednn;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/** Native memory for chunks, used again and again: at most one piece for each thread is kept. */
final class ChunkMemory implements AutoCloseable {

    /** Pieces larger than this, made for an unusually long sequence, are not kept. */
    private static final long LARGEST_KEPT = 64L << 20;

    private final int most;
    private final Deque<Region> free = new ArrayDeque<>();

    ChunkMemory(int most) {
        this.most = most;
    }

    /** A piece of at least this many bytes. */
    synchronized Region take(long bytes) {
        Region fitting = free.stream()
                .filter(region -> region.bytes() >= bytes)
                .min(Comparator.comparingLong(Region::bytes))
                .orElse(free.peek());
        if (fitting != null) {
            free.remove(fitting);
            if (fitting.bytes() >= bytes) {
                return fitting;
            }
            fitting.close();
        }
        return Region.allocate(bytes + bytes / 4);
    }

    synchronized void give(Region region) {
        if (free.size() >= most || region.bytes() > LARGEST_KEPT) {
            region.close();
        } else {
            free.add(region);
        }
    }

    @Override
    public synchronized void close() {
        free.forEach(Region::close);
        free.clear();
    }
}
