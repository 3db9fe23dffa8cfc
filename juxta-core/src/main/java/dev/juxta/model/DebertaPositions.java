package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.ops.PositionBuckets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The relative positions of DeBERTa.
 *
 * @param contentToPosition whether queries are compared with the positions of keys (c2p)
 * @param positionToContent whether keys are compared with the positions of queries (p2c)
 * @param terms how many terms the configuration names, besides content to content
 * @param buckets which row of the table a distance has
 */
record DebertaPositions(boolean contentToPosition, boolean positionToContent, int terms, Buckets buckets) {

    /** Reads the keys that both versions have, and {@code position_buckets} of version 2. */
    static DebertaPositions read(JsonFile file, int maxPositions) throws CheckpointException {
        Set<String> named = new HashSet<>();
        for (String term : terms(file)) {
            named.add(term.strip().toLowerCase(Locale.ROOT));
        }
        named.remove("");
        boolean relative = file.flag("relative_attention").orElse(false);
        int span = file.integer("max_relative_positions", -1, ConfigValues.LARGEST_TABLE)
                .filter(positions -> positions > 0)
                .orElse(maxPositions);
        int buckets =
                file.integer("position_buckets", -1, ConfigValues.LARGEST_TABLE).orElse(-1);
        return new DebertaPositions(
                relative && named.contains("c2p"),
                relative && named.contains("p2c"),
                named.size(),
                buckets > 0 ? new Buckets(buckets, buckets / 2, span) : new Buckets(span, span, span));
    }

    private static List<String> terms(JsonFile file) throws CheckpointException {
        return file.root().path("pos_att_type").isString()
                ? List.of(file.requireText("pos_att_type").split("\\|"))
                : file.texts("pos_att_type");
    }

    /** Whether there is a table of positions at all. */
    boolean present() {
        return contentToPosition || positionToContent;
    }

    /**
     * Rows of a table [2 · span] by distance: one for each near distance, and from {@code exact} on logarithmically wider
     * ones, up to {@code farthest}; without buckets, exact = span.
     *
     * @param span rows on either side
     * @param exact distances up to this have rows of their own
     * @param farthest the distance that the last row begins at
     */
    record Buckets(int span, int exact, int farthest) implements PositionBuckets {

        @Override
        public int count() {
            return 2 * span;
        }

        @Override
        public int row(int distance) {
            return Math.max(0, Math.min(count() - 1, bucket(distance) + span));
        }

        private int bucket(int distance) {
            int far = Math.abs(distance);
            if (far <= exact || exact == span) {
                return distance;
            }
            // in floats, as the reference, so that the borders of the buckets are its
            float log = (float) Math.log((float) far / exact) / (float) Math.log((float) ((farthest - 1.0) / exact));
            return Integer.signum(distance) * ((int) Math.ceil(log * (exact - 1)) + exact);
        }
    }
}
