package dev.juxta.onednn;

import dev.juxta.onednn.KernelSpec.Batched;
import dev.juxta.onednn.KernelSpec.Softmax;
import dev.juxta.onednn.KernelSpec.Strided;
import dev.juxta.onednn.Place.View;
import dev.juxta.ops.Attention.Queries;
import java.util.List;
import java.util.Optional;

/**
 * Attention: for each sequence, and as many heads and queries as keep the scores in cache, a batched product for the
 * scores, a softmax, and a batched product with the values. Strides pick the heads out of the packed rows, so nothing is
 * transposed.
 *
 * @param query [tokens, heads × headWidth], or [sequences, …] if one token of each sequence asks
 * @param key [tokens, keyValueHeads × headWidth]
 * @param value [tokens, keyValueHeads × valueWidth]
 * @param target [rows of the query, heads × valueWidth]
 * @param positions what distances add to the scores before they are scaled
 * @param adjustments what is done to the scores before the softmax
 * @param firstTexts whether no tokens but those of first texts ask; what others would get is zeros
 */
record AttentionStage(
        AttentionShape shape,
        View query,
        View key,
        View value,
        View target,
        Optional<Disentangled> positions,
        List<ScoreAdjustment> adjustments,
        boolean firstTexts)
        implements Stage {

    /** Sequences up to this long are attended to in one piece. */
    private static final int LARGEST_PIECE = 256;

    /** Queries at a time in longer ones. */
    private static final int BLOCK = 128;

    /** Scores in floats that fit the cache beside everything else. */
    private static final int SCORE_BYTES = 1 << 19;

    /** How many times as much memory scores take with the position's: each has as many again, twice. */
    private static final int WITH_POSITIONS = 3;

    @Override
    public boolean readsAcrossRows() {
        return true;
    }

    /** Clears the keys and values behind the last token, which rounded-up lengths read. */
    @Override
    public void prepare(Share share) {
        int tokens = share.chunk().tokens();
        if (share.endToken() == tokens) {
            for (View view : List.of(key, value)) {
                Region.zero(
                        share.address(View.of(view.place()), tokens),
                        Rows.SLACK * view.place().rowBytes());
            }
        }
    }

    @Override
    public void run(Share share) {
        Chunk chunk = share.chunk();
        if (shape.queries() != Queries.ALL) {
            for (int sequence = share.firstSequence(); sequence < share.endSequence(); sequence++) {
                int position = shape.queries() == Queries.FIRST ? 0 : chunk.length(sequence) - 1;
                attend(share, sequence, sequence, position, 1);
            }
            return;
        }
        int token = share.firstToken();
        while (token < share.endToken()) {
            int sequence = chunk.sequenceOf(token);
            int end = Math.min(chunk.start(sequence + 1), share.endToken());
            int asking = firstTexts ? Math.min(end, chunk.endOfFirstText(sequence)) : end;
            if (token >= asking) {
                Region.zero(
                        share.address(target, token),
                        (end - token) * target.place().rowBytes());
                token = end;
                continue;
            }
            int rows = asking - token <= LARGEST_PIECE ? asking - token : BLOCK;
            attend(share, sequence, token, token - chunk.start(sequence), rows);
            token += rows;
        }
    }

    /**
     * Attends from some queries of one sequence.
     *
     * @param queryRow the first query's row
     * @param position the first query's position in the sequence
     * @param rows the number of queries
     */
    private void attend(Share share, int sequence, int queryRow, int position, int rows) {
        Chunk chunk = share.chunk();
        int firstKey = shape.mask().firstKey(position);
        int keys = Math.max(1, shape.mask().endKey(position + rows - 1, chunk.attended(sequence)) - firstKey);
        int paddedRows = shape.queries() == Queries.ALL ? Rows.paddedLength(rows) : 1;
        int paddedKeys = Rows.paddedLength(keys);
        int firstKeyRow = chunk.start(sequence) + firstKey;
        int scores = positions.isPresent() ? WITH_POSITIONS * paddedRows * paddedKeys : paddedRows * paddedKeys;
        int most = Math.max(1, SCORE_BYTES / Float.BYTES / scores);
        int headsAtOnce = largestDivisor(shape.group() == 1 ? shape.heads() : shape.group(), most);
        boolean border =
                queryRow + paddedRows > share.endToken() && share.endToken() < chunk.tokens() && paddedRows > rows;
        long targetRow = border
                ? share.worker().borderRows(paddedRows * target.place().rowBytes())
                : share.address(target, queryRow);
        for (int head = 0; head < shape.heads(); head += headsAtOnce) {
            AttentionBlock block = new AttentionBlock(
                    sequence,
                    head,
                    headsAtOnce,
                    position,
                    rows,
                    paddedRows,
                    firstKey,
                    keys,
                    paddedKeys,
                    share.address(query, queryRow)
                            + (long) head * shape.headWidth() * query.type().bytes(),
                    share.address(key, firstKeyRow)
                            + (long) shape.keyHead(head)
                                    * shape.headWidth()
                                    * key.type().bytes());
            long values = share.address(value, firstKeyRow)
                    + (long) shape.keyHead(head)
                            * shape.valueWidth()
                            * value.type().bytes();
            long to =
                    targetRow + (long) head * shape.valueWidth() * target.type().bytes();
            attend(share, block, values, to);
        }
        if (border) {
            Region.copy(
                    targetRow,
                    share.address(target, queryRow),
                    rows * target.place().rowBytes());
        }
    }

    private void attend(Share share, AttentionBlock block, long values, long to) {
        Worker worker = share.worker();
        int rows = block.paddedRows();
        int keys = block.paddedKeys();
        long matrix = (long) rows * keys;
        long scores = worker.scores(block.heads() * matrix * Float.BYTES); // [heads, rows, keys]
        long mask = KeyMask.address(worker.keyMask(), block.keys(), keys); // [keys]
        positions.ifPresent(p -> p.write(worker, block, scores));
        worker.run(scoreSpec(block), block.query(), block.key(), mask, scores);
        for (ScoreAdjustment adjustment : adjustments) {
            adjustment.apply(worker, share.chunk(), block, scores);
        }
        NumberType type = value.type();
        long probabilities = type == NumberType.F32 // [heads, rows, keys]
                ? scores
                : worker.probabilities(block.heads() * matrix * type.bytes());
        worker.run(new Softmax(block.heads() * rows, keys, NumberType.F32, type), scores, probabilities);
        worker.run(contextSpec(block), probabilities, values, to);
    }

    private KernelSpec scoreSpec(AttentionBlock block) {
        long sharedKeys = shape.group() == 1 ? shape.headWidth() : 0;
        return new Batched(
                "attention scores",
                block.heads(),
                block.paddedRows(),
                shape.headWidth(),
                block.paddedKeys(),
                new Strided(query.type(), shape.headWidth(), query.place().width(), 1),
                new Strided(key.type(), sharedKeys, 1, key.place().width()),
                new Strided(NumberType.F32, (long) block.paddedRows() * block.paddedKeys(), block.paddedKeys(), 1),
                true,
                positions.isPresent(),
                shape.scale());
    }

    private KernelSpec contextSpec(AttentionBlock block) {
        long sharedValues = shape.group() == 1 ? shape.valueWidth() : 0;
        return new Batched(
                "attention context",
                block.heads(),
                block.paddedRows(),
                block.paddedKeys(),
                shape.valueWidth(),
                new Strided(value.type(), (long) block.paddedRows() * block.paddedKeys(), block.paddedKeys(), 1),
                new Strided(value.type(), sharedValues, value.place().width(), 1),
                new Strided(target.type(), shape.valueWidth(), target.place().width(), 1),
                false,
                false,
                1);
    }

    private static int largestDivisor(int number, int most) {
        int divisor = Math.min(number, most);
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }
}
