package dev.juxta.onednn;

/**
 * Some queries of a sequence, in some heads, with the keys that they may see.
 *
 * @param sequence of the chunk
 * @param head the first head
 * @param heads how many
 * @param position the first query's position in the sequence
 * @param rows how many queries
 * @param paddedRows how many are computed
 * @param firstKey the first key's position
 * @param keys how many keys
 * @param paddedKeys how many are computed
 * @param query where the first query's columns of the first head lie
 * @param key where the first key's columns of the first head lie
 */
record AttentionBlock(
        int sequence,
        int head,
        int heads,
        int position,
        int rows,
        int paddedRows,
        int firstKey,
        int keys,
        int paddedKeys,
        long query,
        long key) {}
