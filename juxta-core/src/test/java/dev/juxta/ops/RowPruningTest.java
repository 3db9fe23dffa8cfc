package dev.juxta.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.Attention.Queries;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowPruningTest {

    private static final int WIDTH = 8;
    private final Random random = new Random(7);

    private Linear linear(int in, int out) {
        return new Linear(weight("w", out, in), Optional.of(weight("b", out)));
    }

    private Weight weight(String name, int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Weight.of(name, values, shape);
    }

    /** Two layers of attention with residuals, then a head on one token. */
    private Program twoLayers(Pooling pooling) {
        return Recorder.record(ops -> {
            Value x = ops.embedding(weight("e", 10, WIDTH), TokenIndex.ID);
            for (int layer = 0; layer < 2; layer++) {
                Value query = ops.linear(x, linear(WIDTH, WIDTH));
                Value key = ops.linear(x, linear(WIDTH, WIDTH));
                Value value = ops.linear(x, linear(WIDTH, WIDTH));
                x = ops.add(x, ops.attention(Attention.full(query, key, value, 2, WIDTH / 2)));
                x = ops.activation(ops.linear(x, linear(WIDTH, WIDTH)), ActivationFunction.GELU);
            }
            return ops.linear(ops.pool(x, pooling), linear(WIDTH, 1));
        });
    }

    private static List<Queries> queries(Program program) {
        return program.steps().stream()
                .filter(step -> step.operation() instanceof Operation.Attend)
                .map(step -> ((Operation.Attend) step.operation()).attention().queries())
                .toList();
    }

    @Test
    void theLastLayerAsksForTheScoredTokenOnly() {
        assertThat(queries(RowPruning.apply(twoLayers(Pooling.FIRST)))).containsExactly(Queries.ALL, Queries.FIRST);
        assertThat(queries(RowPruning.apply(twoLayers(Pooling.LAST)))).containsExactly(Queries.ALL, Queries.LAST);
    }

    @Test
    void keysAndValuesOfTheLastLayerStayWhole() {
        Program pruned = RowPruning.apply(twoLayers(Pooling.FIRST));
        Attention<Value> last = pruned.steps().stream()
                .filter(step -> step.operation() instanceof Operation.Attend)
                .map(step -> ((Operation.Attend) step.operation()).attention())
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(last.query().rows()).isEqualTo(Value.Rows.SEQUENCES);
        assertThat(last.key().rows()).isEqualTo(Value.Rows.TOKENS);
        assertThat(last.value().rows()).isEqualTo(Value.Rows.TOKENS);
    }

    @Test
    void poolingOverAllTokensLeavesTheProgramAlone() {
        Program program = twoLayers(Pooling.MEAN);
        assertThat(RowPruning.apply(program)).isSameAs(program);
    }
}
