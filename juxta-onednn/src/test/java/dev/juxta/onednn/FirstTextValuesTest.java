package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.Step;
import dev.juxta.ops.TokenIndex;
import dev.juxta.ops.Value;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class FirstTextValuesTest {

    private static final int WIDTH = 4;

    /** What of a program with one attention is read of first texts alone; its output is made of what was found. */
    private static boolean isOfFirstTexts(BiFunction<Ops<Value>, Value, Value> head) {
        Program program = Recorder.record(ops -> {
            Value x = ops.embedding(Weight.of("words", new float[3 * WIDTH], 3, WIDTH), TokenIndex.ID);
            return head.apply(ops, ops.attention(Attention.full(x, x, x, 1, WIDTH)));
        });
        Value found = program.steps().stream()
                .filter(step -> step.operation() instanceof Operation.Attend)
                .map(Step::output)
                .findFirst()
                .orElseThrow();
        Value words = program.steps().get(0).output();
        assertThat(FirstTextValues.of(program)).as("keys are of all texts").doesNotContain(words);
        return FirstTextValues.of(program).contains(found);
    }

    @Test
    void whatOnlyFirstTextsMeansReadIsOfFirstTexts() {
        assertThat(isOfFirstTexts((ops, found) -> ops.pool(found, Pooling.MEAN_OF_FIRST_TEXT)))
                .isTrue();
        assertThat(isOfFirstTexts((ops, found) -> {
                    Value squares = ops.multiply(found, ops.activation(found, ActivationFunction.RELU));
                    return ops.add(
                            ops.pool(squares, Pooling.MEAN_OF_FIRST_TEXT), ops.pool(found, Pooling.MEAN_OF_FIRST_TEXT));
                }))
                .isTrue();
    }

    @Test
    void whatSomethingElseReadsIsNot() {
        for (Pooling pooling : Pooling.values()) {
            assertThat(isOfFirstTexts((ops, found) -> ops.concatenate(
                            List.of(ops.pool(found, Pooling.MEAN_OF_FIRST_TEXT), ops.pool(found, pooling)))))
                    .as(pooling.name())
                    .isEqualTo(pooling == Pooling.MEAN_OF_FIRST_TEXT);
        }
        assertThat(isOfFirstTexts((ops, found) -> ops.pool(ops.shift(found, 1), Pooling.MEAN_OF_FIRST_TEXT)))
                .isFalse();
        assertThat(isOfFirstTexts((ops, found) -> ops.pool(
                        ops.attention(Attention.full(found, found, found, 1, WIDTH)), Pooling.MEAN_OF_FIRST_TEXT)))
                .isFalse();
        assertThat(isOfFirstTexts((ops, found) -> found)).isFalse();
    }
}
