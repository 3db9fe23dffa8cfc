package dev.juxta.onednn;

import dev.juxta.onednn.KernelSpec.Batched;
import dev.juxta.onednn.KernelSpec.Strided;
import dev.juxta.onednn.KernelSpec.Transfer;
import java.util.Optional;

/**
 * Disentangled attention (He et al. 2020, arXiv:2006.03654): the content-to-position scores Q_i·K^r_δ(i,j) and the
 * position-to-content scores K_j·Q^r_δ(j,i), onto which the content's are added.
 *
 * <p>No score is picked out by itself. With one row of K^r per distance, in descending order, row i of Q·K^rᵀ holds the
 * scores of query i side by side, each row one further to the left: a matrix whose rows are one number closer together
 * than they were made, as in Transformer-XL (Dai et al. 2019, arXiv:1901.02860). With the rows of Q^r ascending, the same
 * holds for the columns of K·Q^rᵀ. Both are strides to a copy.
 *
 * @param shape of the attention
 * @param type of queries, keys and tables
 * @param queryStride columns from one query to the next
 * @param keyStride columns from one key to the next
 * @param positionKey K^r by distance, descending [distances, heads × headWidth]
 * @param positionQuery Q^r by distance, ascending
 */
record Disentangled(
        AttentionShape shape,
        NumberType type,
        int queryStride,
        int keyStride,
        Optional<DistanceTable> positionKey,
        Optional<DistanceTable> positionQuery) {

    /** Writes the unscaled scores [heads, padded rows, padded keys] that the distances give. */
    void write(Worker worker, AttentionBlock block, long scores) {
        int rows = block.paddedRows();
        int keys = block.paddedKeys();
        int distances = rows + keys - 1;
        int least = block.position() - block.firstKey() - (keys - 1);
        int most = block.position() - block.firstKey() + rows - 1;
        if (positionKey.isPresent()) {
            long table = positionKey.get().address(least, most);
            long products = products(worker, block, block.query(), queryStride, rows, distances, table);
            // score i, j lies at i · distances + (rows − 1 − i + j)
            Strided shifted =
                    new Strided(NumberType.F32, (long) rows * distances, rows == 1 ? distances : distances - 1L, 1);
            transfer(worker, block, products + (rows - 1L) * Float.BYTES, shifted, scores, false);
        }
        if (positionQuery.isPresent()) {
            long table = positionQuery.get().address(least, most);
            long products = products(worker, block, block.key(), keyStride, keys, distances, table);
            // score i, j lies at j · distances + (i + keys − 1 − j)
            Strided shifted = new Strided(NumberType.F32, (long) keys * distances, 1, distances - 1L);
            transfer(worker, block, products + (keys - 1L) * Float.BYTES, shifted, scores, positionKey.isPresent());
        }
    }

    /** Adds to the scores, or writes them. */
    private static void transfer(
            Worker worker, AttentionBlock block, long products, Strided shifted, long scores, boolean add) {
        worker.run(new Transfer(block.heads(), block.paddedRows(), block.paddedKeys(), shifted, add), products, scores);
    }

    /** The products of some rows with a table, [heads, rows, distances]. */
    private long products(
            Worker worker, AttentionBlock block, long from, int stride, int rows, int distances, long table) {
        int width = shape.headWidth();
        long target = worker.positionScores((long) block.heads() * rows * distances * Float.BYTES);
        Batched spec = new Batched(
                "attention positions",
                block.heads(),
                rows,
                width,
                distances,
                new Strided(type, width, stride, 1),
                new Strided(type, width, 1, (long) shape.heads() * width),
                new Strided(NumberType.F32, (long) rows * distances, distances, 1),
                false,
                false,
                1);
        worker.run(spec, from, table + (long) block.head() * width * type.bytes(), target);
        return target;
    }
}
