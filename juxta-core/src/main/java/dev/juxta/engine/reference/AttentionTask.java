package dev.juxta.engine.reference;

import dev.juxta.engine.PackedBatch;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.PositionBuckets;
import dev.juxta.ops.RelativeBias;
import java.util.Arrays;

/**
 * The attention of one head over one sequence, a block of queries at a time, so that the scores of a long sequence need
 * no more memory than block × length.
 */
final class AttentionTask {

    /** Queries per block. */
    static final int BLOCK = 128;

    private final Attention<Matrix> attention;
    private final Matrix result;
    private final int head;
    private final int headWidth;
    private final int valueWidth;
    private final int keyHead;
    private final int length;
    private final int attended;
    private final int firstToken;
    private final int sequence;
    private final int[] segments; // of the batch's tokens

    AttentionTask(Attention<Matrix> attention, PackedBatch batch, int sequence, int head, Matrix result) {
        this.attention = attention;
        this.result = result;
        this.head = head;
        this.headWidth = attention.query().width() / attention.heads();
        this.valueWidth = attention.value().width() / attention.keyValueHeads();
        this.keyHead = head / (attention.heads() / attention.keyValueHeads());
        this.length = batch.length(sequence);
        this.attended = batch.attended()[sequence];
        this.firstToken = batch.offsets()[sequence];
        this.sequence = sequence;
        this.segments = batch.segments();
    }

    /** Writes the head's columns of the sequence's rows. */
    void run() {
        if (attention.queries() == Queries.ALL) {
            for (int from = 0; from < length; from += BLOCK) {
                int rows = Math.min(BLOCK, length - from);
                attend(firstToken + from, from, rows);
            }
        } else {
            attend(sequence, attention.queries() == Queries.FIRST ? 0 : length - 1, 1);
        }
    }

    /**
     * @param queryRow the row of the first query in the query matrix and in the result
     * @param position the position of the first query in the sequence
     * @param rows number of queries
     */
    private void attend(int queryRow, int position, int rows) {
        int firstKey = attention.mask().firstKey(position);
        // at least one, for queries so far behind the attended tokens that their window has none: they get zeros
        int keys = Math.max(1, attention.mask().endKey(position + rows - 1, attended) - firstKey);
        float[] query = head(attention.query(), queryRow, rows, head, headWidth); // [rows, headWidth]
        float[] key = head(attention.key(), firstToken + firstKey, keys, keyHead, headWidth); // [keys, headWidth]
        attention.rotary().ifPresent(rotary -> {
            RotaryPositions rotation = new RotaryPositions(rotary, headWidth);
            rotation.rotate(query, rows, position);
            rotation.rotate(key, keys, firstKey);
        });
        float[] scores = new float[rows * keys]; // [rows, keys]
        MatrixProduct.multiply(
                query, 0, headWidth, rows, Panels.ofTransposed(key, 0, headWidth, keys, headWidth), scores, 0, keys);
        attention.relative().ifPresent(bias -> addBias(bias, query, key, scores, position, firstKey, rows, keys));
        for (int i = 0; i < rows; i++) {
            int from = Math.min(keys, Math.max(firstKey, attention.mask().firstKey(position + i)) - firstKey);
            int to = Math.max(from, attention.mask().endKey(position + i, attended) - firstKey);
            float scale = attention.relative().isPresent() ? 1 : attention.scale();
            softmax(scores, i * keys, keys, from, to, scale);
        }
        Matrix value = attention.value();
        Panels values = Panels.of(
                value.data(),
                (firstToken + firstKey) * value.width() + keyHead * valueWidth,
                value.width(),
                keys,
                valueWidth);
        MatrixProduct.multiply(
                scores,
                0,
                keys,
                rows,
                values,
                result.data(),
                queryRow * result.width() + head * valueWidth,
                result.width());
    }

    /** Copies a head's columns of some rows: [rows, width]. */
    private static float[] head(Matrix matrix, int firstRow, int rows, int head, int width) {
        float[] copy = new float[rows * width];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(matrix.data(), (firstRow + i) * matrix.width() + head * width, copy, i * width, width);
        }
        return copy;
    }

    /** Scales the scores and adds what the places of query and key give. */
    private void addBias(
            RelativeBias<Matrix> bias,
            float[] query,
            float[] key,
            float[] scores,
            int position,
            int firstKey,
            int rows,
            int keys) {
        if (bias instanceof RelativeBias.Learned<Matrix> learned) {
            float[] table = learned.table().data(); // [buckets, heads]
            PositionBuckets buckets = learned.buckets();
            scaleAndAdd(scores, position, firstKey, rows, keys, (i, j) -> at(table, buckets.row(i - j)));
            return;
        } else if (bias instanceof RelativeBias.AcrossTexts<Matrix> across) {
            float[] openness = across.openness().data(); // [2, heads]
            scaleAndAdd(
                    scores,
                    position,
                    firstKey,
                    rows,
                    keys,
                    (i, j) -> segment(i) == segment(j) ? 0 : at(openness, RelativeBias.AcrossTexts.row(segment(i))));
            return;
        }
        RelativeBias.Disentangled<Matrix> disentangled = (RelativeBias.Disentangled<Matrix>) bias;
        PositionBuckets buckets = disentangled.buckets();
        disentangled.positionKey().ifPresent(table -> {
            float[] products = positionProducts(query, rows, table); // [rows, buckets]
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < keys; j++) {
                    scores[i * keys + j] += products[i * table.rows() + buckets.row(position + i - firstKey - j)];
                }
            }
        });
        disentangled.positionQuery().ifPresent(table -> {
            float[] products = positionProducts(key, keys, table); // [keys, buckets]
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < keys; j++) {
                    scores[i * keys + j] += products[j * table.rows() + buckets.row(position + i - firstKey - j)];
                }
            }
        });
        for (int i = 0; i < scores.length; i++) {
            scores[i] *= attention.scale();
        }
    }

    /** What is added to the score of the query and the key at two places of the sequence. */
    private interface Addition {
        float of(int query, int key);
    }

    private int segment(int place) {
        return segments[firstToken + place];
    }

    private float at(float[] table, int row) {
        return table[row * attention.heads() + head];
    }

    private void scaleAndAdd(float[] scores, int position, int firstKey, int rows, int keys, Addition addition) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < keys; j++) {
                scores[i * keys + j] =
                        scores[i * keys + j] * attention.scale() + addition.of(position + i, firstKey + j);
            }
        }
    }

    /** The products of rows with a head of every row of a position table: [rows, buckets]. */
    private float[] positionProducts(float[] x, int rows, Matrix table) {
        float[] products = new float[rows * table.rows()];
        Panels panels = Panels.ofTransposed(table.data(), head * headWidth, table.width(), table.rows(), headWidth);
        MatrixProduct.multiply(x, 0, headWidth, rows, panels, products, 0, table.rows());
        return products;
    }

    /** Turns the scores [from, to) of a row into probabilities, and those outside into 0. */
    private static void softmax(float[] scores, int row, int keys, int from, int to, float scale) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = row + from; j < row + to; j++) {
            max = Math.max(max, scores[j]);
        }
        float sum = 0;
        for (int j = row + from; j < row + to; j++) {
            float e = (float) Math.exp((scores[j] - max) * scale);
            scores[j] = e;
            sum += e;
        }
        float inverse = 1 / sum;
        for (int j = row + from; j < row + to; j++) {
            scores[j] *= inverse;
        }
        Arrays.fill(scores, row, row + from, 0);
        Arrays.fill(scores, row + to, row + keys, 0);
    }
}
