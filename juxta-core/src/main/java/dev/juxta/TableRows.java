package dev.juxta;

import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.TokenIndex;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many rows the tables have that tokens are looked up in. A tokenizer and weights that do not belong together would
 * have an engine read outside of them, so every sequence is held against it.
 */
final class TableRows {

    private final Map<TokenIndex, Integer> rows = new EnumMap<>(TokenIndex.class);

    TableRows(Program program) {
        for (Step step : program.steps()) {
            if (step.operation() instanceof Operation.Embedding embedding) {
                rows.merge(embedding.index(), embedding.table().size(0), Math::min);
            }
        }
    }

    /**
     * Checks that every lookup of a sequence is within its table.
     *
     * @throws IllegalArgumentException if one is not
     */
    void require(Sequence sequence) {
        require(TokenIndex.ID, "the token id", sequence.ids());
        require(TokenIndex.SEGMENT, "the token type", sequence.segments());
        require(TokenIndex.POSITION, "the position", sequence.positions());
    }

    private void require(TokenIndex index, String what, int[] values) {
        int count = rows.getOrDefault(index, Integer.MAX_VALUE);
        for (int value : values) {
            if (value < 0 || value >= count) {
                throw new IllegalArgumentException("The checkpoint's tokenizer gives " + what + " " + value
                        + ", and its weights know 0 to " + (count - 1) + "; they do not belong together");
            }
        }
    }
}
