package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;

/**
 * The rows that stand {@code offset} tokens further on in the same sequence; zeros where none does.
 *
 * @param source [tokens, width], floats
 * @param target [tokens, width], floats in rows of their own
 */
record ShiftStage(View source, View target, int offset) implements Stage {

    @Override
    public boolean readsAcrossRows() {
        return true;
    }

    @Override
    public void run(Share share) {
        Chunk chunk = share.chunk();
        long rowBytes = target.place().rowBytes();
        int sequence = share.firstToken() < share.endToken() ? chunk.sequenceOf(share.firstToken()) : 0;
        for (int token = share.firstToken(); token < share.endToken(); token++) {
            while (token >= chunk.start(sequence + 1)) {
                sequence++;
            }
            int from = token + offset;
            long to = share.address(target, token);
            if (from >= chunk.start(sequence) && from < chunk.start(sequence + 1)) {
                Region.copy(share.address(source, from), to, rowBytes);
            } else {
                Region.zero(to, rowBytes);
            }
        }
    }
}
