package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Architecture.Shape;

/**
 * Positions that count the tokens which are not padding from {@code padding + 1} on, as fairseq made them and RoBERTa,
 * XLM-R and MPNet keep them. A padding token that is written in a text has the position {@code padding}, and the count
 * passes it over.
 *
 * @param padding the id of the padding token, and the row of the table that it takes
 * @param rows of the position table
 */
record PaddedPositions(int padding, int rows) {

    /** Checks that the table has room beyond the padding. */
    static PaddedPositions of(JsonFile config, int padding, Shape shape) throws CheckpointException {
        int rows = shape.maxTokens();
        if (rows <= padding + 1) {
            throw new CheckpointException(config.file() + ": \"max_position_embeddings\" is " + rows
                    + ", which leaves no positions beyond the padding token " + padding);
        }
        return new PaddedPositions(padding, rows);
    }

    /** The longest sequence that has a row for every token. */
    int usable() {
        return rows - padding - 1;
    }

    /** The row for each token. */
    int[] of(int[] ids) {
        int[] positions = new int[ids.length];
        int last = padding;
        for (int i = 0; i < ids.length; i++) {
            positions[i] = ids[i] == padding ? padding : ++last;
        }
        return positions;
    }
}
