package dev.juxta.onednn;

import dev.juxta.engine.PackedBatch;
import dev.juxta.onednn.PlaceAllocator.RowBytes;
import dev.juxta.ops.Pooling;

/** Whole sequences of a batch that are computed together, and the memory for their values. */
final class Chunk {

    private final PackedBatch batch;
    private final int firstSequence;
    private final int endSequence;
    private final int firstToken;
    private long memory;
    private long sequenceMemory;

    Chunk(PackedBatch batch, int firstSequence, int endSequence) {
        this.batch = batch;
        this.firstSequence = firstSequence;
        this.endSequence = endSequence;
        this.firstToken = batch.offsets()[firstSequence];
    }

    /** The bytes that its values need. */
    long bytes(RowBytes rowBytes) {
        return (long) capacity(tokens()) * rowBytes.tokens() + (long) capacity(sequences()) * rowBytes.sequences();
    }

    /** Gives it memory of at least {@link #bytes}. */
    void use(Region region, RowBytes rowBytes) {
        memory = region.address();
        sequenceMemory = memory + (long) capacity(tokens()) * rowBytes.tokens();
    }

    private static int capacity(int rows) {
        return Rows.roundUp(rows, Rows.GRAIN) + Rows.SLACK;
    }

    long address(Place place) {
        return switch (place.scope()) {
            case TOKENS -> memory + place.offset() * capacity(tokens());
            case SEQUENCES -> sequenceMemory + place.offset() * capacity(sequences());
            case TILE -> throw new IllegalStateException("A tile's place is the worker's, not the chunk's");
        };
    }

    PackedBatch batch() {
        return batch;
    }

    int tokens() {
        return batch.offsets()[endSequence] - firstToken;
    }

    int sequences() {
        return endSequence - firstSequence;
    }

    /** Its first sequence, counted in the batch. */
    int firstSequence() {
        return firstSequence;
    }

    /** Its first token, counted in the batch. */
    int firstToken() {
        return firstToken;
    }

    /** The row at which a sequence of the chunk begins; for {@code sequence} = sequences, the number of tokens. */
    int start(int sequence) {
        return batch.offsets()[firstSequence + sequence] - firstToken;
    }

    int length(int sequence) {
        return batch.length(firstSequence + sequence);
    }

    /** How many of a sequence's first tokens are attended to. */
    int attended(int sequence) {
        return batch.attended()[firstSequence + sequence];
    }

    /** How many of a sequence's first tokens poolings leave out. */
    int unpooled(int sequence) {
        return batch.unpooled()[firstSequence + sequence];
    }

    /** What a pooling that sums multiplies each token of a sequence with. */
    float[] poolingWeights(Pooling pooling, int sequence) {
        return batch.poolingWeights(pooling, firstSequence + sequence);
    }

    /** The segment of the token at a place of a sequence. */
    int segment(int sequence, int place) {
        return batch.segments()[batch.offsets()[firstSequence + sequence] + place];
    }

    /** One behind the last token of the first text, or the sequence's start if there is none. */
    int endOfFirstText(int sequence) {
        int length = length(sequence);
        while (length > 0 && segment(sequence, length - 1) != 0) {
            length--;
        }
        return start(sequence) + length;
    }

    /** The sequence in which a token of the chunk stands. */
    int sequenceOf(int token) {
        int low = 0;
        int high = sequences() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (start(middle) <= token) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
