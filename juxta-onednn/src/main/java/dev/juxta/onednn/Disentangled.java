package dev.juxta.onednn;

import dev.juxta.onednn.KernelSpec.Batched;
import dev.juxta.onednn.KernelSpec.Strided;
import dev.juxta.ops.PositionBuckets;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * Disentangled attention (He et al. 2020, arXiv:2006.03654): adds content-to-position Q_i·K^r_δ(i,j) and
 * position-to-content K_j·Q^r_δ(j,i) to the unscaled scores, then scales.
 *
 * @param shape of the attention
 * @param type of queries, keys and tables
 * @param queryStride columns from one query to the next
 * @param keyStride columns from one key to the next
 * @param positionKey K^r [buckets, heads × headWidth]
 * @param positionQuery Q^r [buckets, heads × headWidth]
 */
record Disentangled(
        AttentionShape shape,
        NumberType type,
        int queryStride,
        int keyStride,
        Optional<Region> positionKey,
        Optional<Region> positionQuery,
        PositionBuckets buckets)
        implements ScoreAdjustment {

    @Override
    public void apply(Worker worker, AttentionBlock block, long scores) {
        int count = buckets.count();
        if (positionKey.isPresent()) {
            FloatBuffer products = products( // [heads, padded rows, buckets]
                    worker, block, block.query(), queryStride, block.paddedRows(), positionKey.get());
            float[] ofQuery = new float[count];
            ScoreAdjustment.forEachRow(block, scores, (row, head, position) -> {
                products.get(
                        ((head - block.head()) * block.paddedRows() + position - block.position()) * count, ofQuery);
                for (int j = 0; j < block.keys(); j++) {
                    row[j] += ofQuery[buckets.row(position - block.firstKey() - j)];
                }
            });
        }
        if (positionQuery.isPresent()) {
            FloatBuffer products = products( // [heads, padded keys, buckets]
                    worker, block, block.key(), keyStride, block.paddedKeys(), positionQuery.get());
            ScoreAdjustment.forEachRow(block, scores, (row, head, position) -> {
                int first = (head - block.head()) * block.paddedKeys() * count;
                for (int j = 0; j < block.keys(); j++) {
                    row[j] += products.get(first + j * count + buckets.row(position - block.firstKey() - j));
                }
            });
        }
        ScoreAdjustment.forEachRow(block, scores, (row, head, position) -> {
            for (int j = 0; j < block.keys(); j++) {
                row[j] *= shape.scale();
            }
        });
    }

    private FloatBuffer products(
            Worker worker, AttentionBlock block, long rows, int stride, int paddedRows, Region table) {
        int width = shape.headWidth();
        int count = buckets.count();
        long size = (long) block.heads() * paddedRows * count;
        long target = worker.probabilities(size * Float.BYTES);
        Batched spec = new Batched(
                "attention positions",
                block.heads(),
                paddedRows,
                width,
                count,
                new Strided(type, width, stride, 1),
                new Strided(type, width, 1, (long) shape.heads() * width),
                new Strided(NumberType.F32, (long) paddedRows * count, count, 1),
                false,
                1);
        long ofHead = table.address() + (long) block.head() * width * type.bytes();
        worker.run(spec, rows, ofHead, target);
        return Region.floats(target, size);
    }
}
