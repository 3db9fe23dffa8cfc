package dev.juxta.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.engine.EngineSuite;
import dev.juxta.engine.PackedBatch;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.PositionBuckets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What distances add, and its derivatives, are those of the formula, however few or many distances there are to a bucket. */
class RelativeScoresTest {

    private static final int SEQUENCES = 3;
    private static final int HEADS = 2;
    private static final int WIDTH = 4; // of a head
    private static final int BUCKETS = 16;
    private static final float TOLERANCE = 1e-4f;

    /** The far ones share the outermost two. */
    private static final PositionBuckets CLAMPED = new PositionBuckets() {
        @Override
        public int count() {
            return BUCKETS;
        }

        @Override
        public int row(int distance) {
            return Math.max(0, Math.min(BUCKETS - 1, distance + BUCKETS / 2));
        }
    };

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(Natives.obstacle().isEmpty(), () -> Natives.obstacle().orElse(""));
    }

    private static SequenceGroup group(int length) {
        PackedBatch.Sequence sequence = new PackedBatch.Sequence(
                new int[length], new int[length], IntStream.range(0, length).toArray());
        PackedBatch batch = PackedBatch.of(Collections.nCopies(SEQUENCES, sequence));
        return new SequenceGroup(batch, IntStream.range(0, SEQUENCES).toArray(), length);
    }

    /** The formula: scores [n, h, Q, L] and the gradients of Σ outer · scores by x [n, h, Q or L, d] and table [B, h · d]. */
    private record Formula(float[] scores, float[] byX, float[] byTable) {

        static Formula of(float[] x, float[] table, float[] outer, int queries, int keys, boolean keysMultiply) {
            float[] scores = new float[outer.length];
            float[] byX = new float[x.length];
            float[] byTable = new float[table.length];
            for (int i = 0; i < outer.length; i++) {
                int key = i % keys;
                int query = i / keys % queries;
                int head = i / (keys * queries) % HEADS;
                int own = keysMultiply ? i / (keys * queries) * keys + key : i / keys;
                int row = CLAMPED.row(query - key) * HEADS + head;
                for (int d = 0; d < WIDTH; d++) {
                    scores[i] += x[own * WIDTH + d] * table[row * WIDTH + d];
                    byX[own * WIDTH + d] += outer[i] * table[row * WIDTH + d];
                    byTable[row * WIDTH + d] += outer[i] * x[own * WIDTH + d];
                }
            }
            return new Formula(scores, byX, byTable);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, ALL", "2, ALL", "5, ALL", "8, ALL", "9, ALL", "30, ALL", "8, FIRST", "30, FIRST"})
    void areTheFormula(int length, Queries which) {
        SequenceGroup group = group(length);
        RelativeScores scores = new RelativeScores(group, which, CLAMPED);
        int queries = group.queries(which);
        for (boolean keysMultiply : List.of(false, true)) {
            int rows = keysMultiply ? length : queries;
            Random random = new Random(length);
            float[] x = EngineSuite.gaussians(random, SEQUENCES * HEADS * rows * WIDTH);
            float[] table = EngineSuite.gaussians(random, BUCKETS * HEADS * WIDTH);
            float[] outer = EngineSuite.gaussians(random, SEQUENCES * HEADS * queries * length);
            Tensor left = Tensors.of(x, SEQUENCES, HEADS, rows, WIDTH).set_requires_grad(true);
            Tensor right = Tensors.of(table, BUCKETS, HEADS * WIDTH).set_requires_grad(true);
            Tensor actual = keysMultiply ? scores.ofKeys(left, right) : scores.ofQueries(left, right);
            actual.backward(
                    Tensors.of(outer, SEQUENCES, HEADS, queries, length),
                    new BoolOptional(),
                    false,
                    new TensorArrayRefOptional());
            Formula expected = Formula.of(x, table, outer, queries, length, keysMultiply);
            assertThat(Tensors.toFloats(actual)).containsExactly(expected.scores(), within(TOLERANCE));
            assertThat(Tensors.toFloats(left.grad())).containsExactly(expected.byX(), within(TOLERANCE));
            assertThat(Tensors.toFloats(right.grad())).containsExactly(expected.byTable(), within(TOLERANCE));
        }
    }
}
