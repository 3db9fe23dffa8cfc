package dev.juxta.onednn;

import dev.juxta.onednn.Place.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays places over each other whose values are never needed at once. A place that is written and read within one stage of
 * row-wise steps needs room for a tile only. Of the others, one may take the room of another only after the barrier that
 * follows its last use: threads that share a chunk may be anywhere between two barriers.
 */
final class PlaceAllocator {

    private static final int ALIGNMENT = 64;

    private final Map<Place, Span> spans = new HashMap<>();
    private int epoch;

    /** When a place is used, in stages and in steps of the whole plan. */
    private static final class Span {
        int firstStage = Integer.MAX_VALUE;
        int lastStage = -1;
        int firstEpoch = Integer.MAX_VALUE;
        int lastEpoch = -1;
        int firstStep = Integer.MAX_VALUE;
        int lastStep = -1;
        boolean acrossRows;
    }

    /**
     * Bytes per row of each scope.
     *
     * @param tokens per token of a chunk
     * @param sequences per sequence of a chunk
     * @param tile per row of a tile
     */
    record RowBytes(long tokens, long sequences, long tile) {}

    /** Notes that all threads wait for each other here. */
    void barrier() {
        epoch++;
    }

    /**
     * Notes that a place is read or written.
     *
     * @param acrossRows whether by a stage that looks at the rows of others
     */
    void use(Place place, int stage, int step, boolean acrossRows) {
        Span span = spans.computeIfAbsent(place, p -> new Span());
        span.firstStage = Math.min(span.firstStage, stage);
        span.lastStage = Math.max(span.lastStage, stage);
        span.firstEpoch = Math.min(span.firstEpoch, epoch);
        span.lastEpoch = Math.max(span.lastEpoch, epoch);
        span.firstStep = Math.min(span.firstStep, step);
        span.lastStep = Math.max(span.lastStep, step);
        span.acrossRows |= acrossRows;
    }

    /** Gives every place its room. */
    RowBytes allocate() {
        Map<Integer, Rooms> tiles = new HashMap<>();
        Rooms tokens = new Rooms();
        Rooms sequences = new Rooms();
        List<Map.Entry<Place, Span>> order = new ArrayList<>(spans.entrySet());
        order.sort(Comparator.comparingInt(entry -> entry.getValue().firstStep));
        for (Map.Entry<Place, Span> entry : order) {
            Place place = entry.getKey();
            Span span = entry.getValue();
            if (span.firstStage == span.lastStage && !span.acrossRows) {
                Rooms tile = tiles.computeIfAbsent(span.firstStage, stage -> new Rooms());
                place.settle(Scope.TILE, tile.take(place, span.firstStep, span.lastStep));
            } else if (place.ofTokens()) {
                place.settle(Scope.TOKENS, tokens.take(place, span.firstEpoch, span.lastEpoch));
            } else {
                place.settle(Scope.SEQUENCES, sequences.take(place, span.firstEpoch, span.lastEpoch));
            }
        }
        long tile = tiles.values().stream().mapToLong(rooms -> rooms.end).max().orElse(0);
        return new RowBytes(tokens.end, sequences.end, tile);
    }

    /** Rooms side by side, each taken by one place after the other. */
    private static final class Rooms {
        private final List<long[]> rooms = new ArrayList<>(); // [offset, bytes per row, taken until]
        private long end;

        long take(Place place, int from, int until) {
            long bytes = (place.rowBytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            long[] best = rooms.stream()
                    .filter(room -> room[2] < from && room[1] >= bytes)
                    .min(Comparator.comparingLong(room -> room[1]))
                    .orElseGet(() -> {
                        long[] room = {end, bytes, 0};
                        rooms.add(room);
                        end += bytes;
                        return room;
                    });
            best[2] = until;
            return best[0];
        }
    }
}
