package dev.juxta;

import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.model.Architecture;
import dev.juxta.ops.Program;
import dev.juxta.text.TokenizedPair;
import dev.juxta.text.TokenizedText;
import dev.juxta.text.TokenizerFiles;
import java.util.Arrays;

/**
 * How a checkpoint's network reads tokens: those that are scored, with the segments and positions that it is told of them.
 * Loading and training share it.
 */
public final class SequenceForm {

    private final Architecture architecture;
    private final boolean readsSegments;
    private final TableRows tables;

    private SequenceForm(Architecture architecture, boolean readsSegments, TableRows tables) {
        this.architecture = architecture;
        this.readsSegments = readsSegments;
        this.tables = tables;
    }

    /**
     * A checkpoint's.
     *
     * @param program the network's, whose tables the tokens are looked up in
     */
    public static SequenceForm of(Architecture architecture, TokenizerFiles tokenizer, Program program) {
        boolean segments =
                architecture.segments() > 1 && tokenizer.usesSegments().orElse(architecture.readsSegments());
        return new SequenceForm(architecture, segments, new TableRows(program));
    }

    /**
     * A pair.
     *
     * @throws IllegalArgumentException if the weights do not know one of its tokens; the message says which
     */
    public Sequence of(TokenizedPair pair) {
        return sequence(pair.ids(), pair.segments());
    }

    /**
     * A text.
     *
     * @param unpooled how many of its first tokens poolings leave out, as far as others are left
     * @throws IllegalArgumentException if the weights do not know one of its tokens; the message says which
     */
    public Sequence of(TokenizedText text, int unpooled) {
        Sequence whole = sequence(text.ids(), text.segments());
        int most = whole.ids().length - 1;
        int attended = Math.min(text.attended(), most + 1);
        return new Sequence(whole.ids(), whole.segments(), whole.positions(), attended, Math.min(unpooled, most));
    }

    private Sequence sequence(int[] ids, int[] segments) {
        int length = architecture.scoredTokens(ids);
        int[] scored = length == ids.length ? ids : Arrays.copyOf(ids, length);
        int[] types = readsSegments ? Arrays.copyOf(segments, length) : new int[length];
        Sequence sequence = new Sequence(scored, types, architecture.positions(scored, types));
        tables.require(sequence);
        return sequence;
    }
}
