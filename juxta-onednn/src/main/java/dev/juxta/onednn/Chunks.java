package dev.juxta.onednn;

import dev.juxta.engine.PackedBatch;
import java.util.ArrayList;
import java.util.List;

/** Cuts a batch into chunks of about equal numbers of tokens, so that all threads end together. */
final class Chunks {

    /** Tokens of a chunk: their values should fit the second-level cache, and their number the weights' reading. */
    static final int TOKENS = 512;

    /** How much longer than the average the longest chunk may be before one shared chunk is better than several. */
    private static final double LARGEST_IMBALANCE = 1.1;

    private Chunks() {}

    static List<Chunk> of(PackedBatch batch, int threads) {
        int count = (batch.tokens() + TOKENS - 1) / TOKENS;
        if (count <= threads) {
            List<Chunk> even = cut(batch, threads);
            long longest = even.stream().mapToInt(Chunk::tokens).max().orElse(0);
            boolean balanced = longest * threads <= LARGEST_IMBALANCE * batch.tokens();
            return balanced ? even : cut(batch, 1);
        }
        return cut(batch, Rows.roundUp(count, threads));
    }

    /** At most {@code count} chunks, each ending where the tokens are nearest to its share. */
    private static List<Chunk> cut(PackedBatch batch, int count) {
        List<Chunk> chunks = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= count && from < batch.sequences(); i++) {
            long border = (long) batch.tokens() * i / count;
            int end = from + 1;
            while (end < batch.sequences()
                    && (i == count || batch.offsets()[end + 1] - border <= border - batch.offsets()[end])) {
                end++;
            }
            if (i < count && batch.offsets()[from + 1] - border > border - batch.offsets()[from]) {
                continue;
            }
            chunks.add(new Chunk(batch, from, end));
            from = end;
        }
        return chunks;
    }
}
