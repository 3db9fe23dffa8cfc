package dev.juxta.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.EngineSuite;
import dev.juxta.engine.EngineSuite.Case;
import dev.juxta.engine.FormulaOps;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.TokenIndex;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainableProgramTest {

    @BeforeAll
    static void libtorchIsHere() {
        assumeTrue(Natives.obstacle().isEmpty(), () -> Natives.obstacle().orElse(""));
    }

    static Stream<Case> cases() {
        return EngineSuite.cases();
    }

    /**
     * The gradient by the outputs, times a small way along itself, is what the formulas' answer changes by: checked for
     * all weights together, along the gradient's own direction, in double precision.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreTheFormulasSlopes(Case test) {
        float[] outer = EngineSuite.gaussians(new Random(7), test.expected().length);
        try (TrainableProgram program = new TrainableProgram(test.program(), Precision.FP32, 1, w -> true)) {
            program.forward(test.batch());
            program.backward(outer);
            List<Weight> weights = program.trained();
            List<float[]> gradients = weights.stream().map(program::gradient).toList();
            double square =
                    gradients.stream().mapToDouble(TrainableProgramTest::square).sum();
            double step = 1e-3 / Math.sqrt(square);
            double up = project(test, weights, gradients, step, outer);
            double down = project(test, weights, gradients, -step, outer);
            assertThat((up - down) / (2 * step)).isCloseTo(square, within(2e-2 * square + 1e-6));
        }
    }

    /** Nothing of a sequence, nor of what makes a batch rectangular, gets into the gradient of another. */
    @ParameterizedTest
    @MethodSource("cases")
    void gradientsOfABatchAreTheSumOfItsSequences(Case test) {
        float[] outer = EngineSuite.gaussians(new Random(7), test.expected().length);
        try (TrainableProgram whole = new TrainableProgram(test.program(), Precision.FP32, 1, w -> true);
                TrainableProgram parts = new TrainableProgram(test.program(), Precision.FP32, 1, w -> true)) {
            whole.forward(test.batch());
            whole.backward(outer);
            int done = 0;
            for (int i = 0; i < test.batch().sequences(); i++) {
                int outputs = parts.forward(sequence(test.batch(), i)).length;
                parts.backward(Arrays.copyOfRange(outer, done, done + outputs));
                done += outputs;
            }
            assertThat(done).isEqualTo(outer.length);
            double length = Math.sqrt(parts.trained().stream()
                    .mapToDouble(weight -> square(parts.gradient(weight)))
                    .sum());
            for (Weight weight : whole.trained()) {
                assertThat(whole.gradient(weight))
                        .as(weight.name())
                        .containsExactly(parts.gradient(weight), within((float) (1e-6 * length)));
            }
        }
    }

    private static PackedBatch sequence(PackedBatch batch, int index) {
        int from = batch.offsets()[index];
        int to = batch.offsets()[index + 1];
        return new PackedBatch(
                Arrays.copyOfRange(batch.ids(), from, to),
                Arrays.copyOfRange(batch.segments(), from, to),
                Arrays.copyOfRange(batch.positions(), from, to),
                new int[] {0, to - from},
                new int[] {batch.attended()[index]},
                new int[] {batch.unpooled()[index]});
    }

    private static int[] shape(Weight weight) {
        return weight.shape().stream().mapToInt(i -> i).toArray();
    }

    private static double square(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }

    /** outer · f(weights + step · gradients), by the formulas. */
    private static double project(
            Case test, List<Weight> weights, List<float[]> gradients, double step, float[] outer) {
        Program moved = MappedWeights.apply(test.program(), weight -> {
            int index = weights.indexOf(weight);
            float[] values = weight.toFloats();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (step * gradients.get(index)[i]);
            }
            return Weight.of(weight.name(), values, shape(weight));
        });
        double[][] rows = moved.run(new FormulaOps(test.batch()));
        double sum = 0;
        for (int i = 0; i < outer.length; i++) {
            sum += outer[i] * rows[i / rows[0].length][i % rows[0].length];
        }
        return sum;
    }

    /** A step of AdamW is the paper's, moment by moment. */
    @Test
    void stepsAsThePaperSays() {
        Weight table = Weight.of("table", new float[] {0.5f, -1f}, 2, 1);
        Weight matrix = Weight.of("matrix", new float[] {2f}, 1, 1);
        Program program = Recorder.record(ops -> scored(ops, table, matrix));
        AdamWOptions options = new AdamWOptions(0.1, 1, w -> false, 0.9, 0.99, 1e-8, 0.01, 1e9);
        try (TrainableProgram trained = new TrainableProgram(program, Precision.FP32, 1, w -> w == matrix)) {
            double weight = 2;
            double first = 0;
            double second = 0;
            for (int t = 1; t <= 3; t++) {
                trained.forward(batch());
                trained.backward(new float[] {1, t});
                double gradient = 0.5 * 1 - 1.0 * t; // table[0] · 1 + table[1] · t
                assertThat(trained.step(options)).isCloseTo(Math.abs(gradient), within(1e-6));
                first = 0.9 * first + 0.1 * gradient;
                second = 0.99 * second + 0.01 * gradient * gradient;
                weight -= 0.1 * 0.01 * weight;
                weight -= 0.1 * (first / (1 - Math.pow(0.9, t))) / (Math.sqrt(second / (1 - Math.pow(0.99, t))) + 1e-8);
                assertThat((double) value(trained, "matrix")).isCloseTo(weight, within(1e-6));
            }
            assertThat(value(trained, "table")).as("frozen").isEqualTo(0.5f);
        }
    }

    @Test
    void cutsGradientsToTheirLength() {
        Weight table = Weight.of("table", new float[] {3f, 4f}, 2, 1);
        Weight matrix = Weight.of("matrix", new float[] {1f}, 1, 1);
        Program program = Recorder.record(ops -> scored(ops, table, matrix));
        try (TrainableProgram trained = new TrainableProgram(program, Precision.FP32, 1, w -> true)) {
            trained.forward(batch());
            trained.backward(new float[] {1, 1});
            // by matrix 3 + 4, by table 1 and 1
            assertThat(trained.step(AdamWOptions.at(0))).isCloseTo(Math.sqrt(49 + 2), within(1e-5));
            float[] first = trained.moments().stream()
                    .filter(moment -> moment.name().equals("first.matrix"))
                    .findFirst()
                    .orElseThrow()
                    .toFloats();
            assertThat((double) first[0]).isCloseTo(0.1 * 7 / Math.sqrt(51), within(1e-6));
        }
    }

    @Test
    void goesOnFromASavedStateToTheSameBits() {
        Case test = EngineSuite.cases().findFirst().orElseThrow();
        float[] outer = EngineSuite.gaussians(new Random(3), test.expected().length);
        Map<Weight, Weight> names = new HashMap<>();
        Program program = MappedWeights.apply(
                test.program(),
                weight -> names.computeIfAbsent(weight, w -> Weight.of("w" + names.size(), w.toFloats(), shape(w))));
        try (TrainableProgram whole = new TrainableProgram(program, Precision.FP32, 2, w -> true);
                TrainableProgram resumed = new TrainableProgram(program, Precision.FP32, 2, w -> true)) {
            train(whole, test.batch(), outer, 2);
            resumed.restore(whole.weights(), whole.moments(), whole.steps());
            train(whole, test.batch(), outer, 3);
            train(resumed, test.batch(), outer, 3);
            assertThat(resumed.steps()).isEqualTo(5);
            assertThat(resumed.evaluate(test.batch())).containsExactly(whole.evaluate(test.batch()));
        }
    }

    @Test
    void saysWhatIsMissing() {
        Weight table = Weight.of("table", new float[] {3f, 4f}, 2, 1);
        Weight matrix = Weight.of("matrix", new float[] {1f}, 1, 1);
        Program program = Recorder.record(ops -> scored(ops, table, matrix));
        try (TrainableProgram trained = new TrainableProgram(program, Precision.FP32, 1, w -> true)) {
            assertThatThrownBy(() -> trained.restore(trained.weights(), List.of(), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no \"first.table\"");
            assertThatThrownBy(() -> trained.backward(new float[2]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("forward");
        }
    }

    private static void train(TrainableProgram program, PackedBatch batch, float[] outer, int steps) {
        for (int i = 0; i < steps; i++) {
            program.forward(batch);
            program.backward(outer);
            program.step(AdamWOptions.at(1e-2));
        }
    }

    private static <V> V scored(Ops<V> ops, Weight table, Weight matrix) {
        V first = ops.pool(ops.embedding(table, TokenIndex.ID), Pooling.FIRST);
        return ops.linear(first, new Linear(matrix, Optional.empty()));
    }

    /** Two sequences of one token each, 0 and 1. */
    private static PackedBatch batch() {
        return PackedBatch.of(IntStream.range(0, 2)
                .mapToObj(i -> new PackedBatch.Sequence(new int[] {i}, new int[1], new int[1]))
                .toList());
    }

    private static float value(TrainableProgram program, String name) {
        return program.weights().stream()
                .filter(weight -> weight.name().equals(name))
                .findFirst()
                .orElseThrow()
                .toFloats()[0];
    }
}
