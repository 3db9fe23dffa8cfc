package dev.juxta.engine;

import dev.juxta.ops.Pooling;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of several sequences end to end, without padding: the only thing that passes from tokenization to an engine.
 * The arrays are not copied; whoever makes a batch does not change them afterwards.
 *
 * @param ids vocabulary id of each token, [tokens]
 * @param segments segment (token type) of each token, [tokens]
 * @param positions row of each token in the position table, [tokens]
 * @param offsets where each sequence begins, and the number of tokens last, [sequences + 1]
 * @param attended how many of each sequence's first tokens the tokens of the sequence attend to, [sequences]; usually all
 * @param unpooled how many of each sequence's first tokens poolings leave out, [sequences]; usually none
 */
public record PackedBatch(int[] ids, int[] segments, int[] positions, int[] offsets, int[] attended, int[] unpooled) {

    public PackedBatch {
        if (offsets.length == 0 || offsets[0] != 0 || offsets[offsets.length - 1] != ids.length) {
            throw new IllegalArgumentException("Offsets must run from 0 to the number of tokens, " + ids.length);
        }
        for (int i = 1; i < offsets.length; i++) {
            if (offsets[i] <= offsets[i - 1]) {
                throw new IllegalArgumentException("Sequence " + (i - 1) + " of the batch is empty");
            }
        }
        if (attended.length != offsets.length - 1 || unpooled.length != offsets.length - 1) {
            throw new IllegalArgumentException(attended.length + " numbers of attended tokens and " + unpooled.length
                    + " of unpooled ones for " + (offsets.length - 1) + " sequences");
        }
        for (int i = 0; i < attended.length; i++) {
            if (attended[i] < 1 || attended[i] > offsets[i + 1] - offsets[i]) {
                throw new IllegalArgumentException("Sequence " + i + " attends to " + attended[i] + " of its "
                        + (offsets[i + 1] - offsets[i]) + " tokens");
            }
            if (unpooled[i] < 0 || unpooled[i] >= offsets[i + 1] - offsets[i]) {
                throw new IllegalArgumentException("Sequence " + i + " leaves " + unpooled[i] + " of its "
                        + (offsets[i + 1] - offsets[i]) + " tokens out of poolings");
            }
        }
        if (segments.length != ids.length || positions.length != ids.length) {
            throw new IllegalArgumentException(
                    ids.length + " ids, " + segments.length + " segments and " + positions.length + " positions");
        }
    }

    /** Sequences that attend to all of their tokens, and pool all of them. */
    public PackedBatch(int[] ids, int[] segments, int[] positions, int[] offsets) {
        this(ids, segments, positions, offsets, lengths(offsets), new int[Math.max(0, offsets.length - 1)]);
    }

    private static int[] lengths(int[] offsets) {
        int[] lengths = new int[Math.max(0, offsets.length - 1)];
        Arrays.setAll(lengths, i -> offsets[i + 1] - offsets[i]);
        return lengths;
    }

    /** Puts sequences end to end. */
    public static PackedBatch of(List<Sequence> sequences) {
        int[] offsets = new int[sequences.size() + 1];
        for (int i = 0; i < sequences.size(); i++) {
            offsets[i + 1] = Math.addExact(offsets[i], sequences.get(i).ids().length);
        }
        int tokens = offsets[sequences.size()];
        int[] ids = new int[tokens];
        int[] segments = new int[tokens];
        int[] positions = new int[tokens];
        for (int i = 0; i < sequences.size(); i++) {
            Sequence sequence = sequences.get(i);
            int length = sequence.ids().length;
            System.arraycopy(sequence.ids(), 0, ids, offsets[i], length);
            System.arraycopy(sequence.segments(), 0, segments, offsets[i], length);
            System.arraycopy(sequence.positions(), 0, positions, offsets[i], length);
        }
        int[] attended = sequences.stream().mapToInt(Sequence::attended).toArray();
        int[] unpooled = sequences.stream().mapToInt(Sequence::unpooled).toArray();
        return new PackedBatch(ids, segments, positions, offsets, attended, unpooled);
    }

    /** The number of tokens. */
    public int tokens() {
        return ids.length;
    }

    /** The number of sequences. */
    public int sequences() {
        return offsets.length - 1;
    }

    /** The number of tokens of one sequence. */
    public int length(int sequence) {
        return offsets[sequence + 1] - offsets[sequence];
    }

    /** What a pooling that sums multiplies each token of a sequence with, [tokens of the sequence]. */
    public float[] poolingWeights(Pooling pooling, int sequence) {
        int[] own = Arrays.copyOfRange(segments, offsets[sequence], offsets[sequence + 1]);
        return pooling.weights(own, unpooled[sequence]);
    }

    /**
     * One sequence, as it goes into a batch; each array is [tokens].
     *
     * @param ids vocabulary ids
     * @param segments token types
     * @param positions rows of the position table
     * @param attended how many of the first tokens all of them attend to
     * @param unpooled how many of the first tokens poolings leave out
     */
    public record Sequence(int[] ids, int[] segments, int[] positions, int attended, int unpooled) {

        /** A sequence that attends to all of its tokens, and pools all of them. */
        public Sequence(int[] ids, int[] segments, int[] positions) {
            this(ids, segments, positions, ids.length, 0);
        }
    }
}
