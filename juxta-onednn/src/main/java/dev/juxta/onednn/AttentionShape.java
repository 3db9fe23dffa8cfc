package dev.juxta.onednn;

import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;

/**
 * The numbers of an attention.
 *
 * @param heads query heads
 * @param keyValueHeads key and value heads
 * @param headWidth columns of a head of the queries and keys
 * @param valueWidth columns of a head of the values
 * @param scale factor on Q·Kᵀ
 * @param mask which keys a query may see
 * @param queries which tokens ask
 */
record AttentionShape(
        int heads, int keyValueHeads, int headWidth, int valueWidth, float scale, Mask mask, Queries queries) {

    static AttentionShape of(Attention<?> attention, int queryWidth, int valueWidth) {
        return new AttentionShape(
                attention.heads(),
                attention.keyValueHeads(),
                queryWidth / attention.heads(),
                valueWidth / attention.keyValueHeads(),
                attention.scale(),
                attention.mask(),
                attention.queries());
    }

    /** Query heads that share one head of keys and values. */
    int group() {
        return heads / keyValueHeads;
    }

    /** The key and value head of a query head. */
    int keyHead(int head) {
        return head / group();
    }
}
