package dev.juxta.torch;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.ops.Program;
import dev.juxta.ops.RowPruning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.jspecify.annotations.Nullable;

/**
 * A program whose weights learn: {@link #forward}, then {@link #backward} with the loss's gradient, as often as a step
 * has parts, then {@link #step}. Weights and moments are fp32 whatever the precision of the products. It is used by one
 * thread at a time; the same calls on the same weights give the same bits.
 */
@SuppressWarnings("try") // a scope frees what is made in it, and nothing names it
public final class TrainableProgram implements AutoCloseable {

    /** What the optimizer's two arrays for a weight are called in {@link #moments}. */
    private static final String FIRST = "first.";

    private static final String SECOND = "second.";

    /** What libtorch's allocator says, whatever else the message has. */
    private static final String NO_MEMORY = "allocate memory";

    /** There is less memory than a pass needs. What was collected is lost; the weights are as before. */
    public static final class NoMemoryException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoMemoryException(RuntimeException cause) {
            super("libtorch could not get the memory that it needs", cause);
        }
    }

    private final Program program;
    private final Precision precision;
    private final Parameters parameters;
    private final JointProjections joint;
    private final AdamW optimizer;
    private @Nullable Tensor result; // of the last forward pass, with its graph

    /**
     * Copies the program's weights.
     *
     * @param precision fp32, or bf16: products in bf16, all else in fp32
     * @param threads for the whole process, as libtorch knows no other
     * @param trains which weights learn; the others stay as they are
     * @throws IllegalStateException if libtorch does not load; the message says what is missing
     */
    public TrainableProgram(Program program, Precision precision, int threads, Predicate<Weight> trains) {
        Natives.computeOn(threads);
        this.program = RowPruning.apply(program);
        this.precision = TorchEngine.precision(precision);
        this.parameters = new Parameters(this.program, trains);
        this.joint = JointProjections.of(this.program);
        this.optimizer = new AdamW(parameters);
    }

    /**
     * Runs the program and keeps what {@link #backward} needs.
     *
     * @return the rows of the result, [rows × width]
     * @throws NoMemoryException if there is not enough memory, as of {@link #evaluate} and {@link #backward}
     */
    public float[] forward(PackedBatch batch) {
        forget();
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = new Tensor(run(batch)); // which may be within a vector of the scope, and end with it
            rows.retainReference();
            result = rows;
            return Tensors.toFloats(rows);
        } catch (RuntimeException e) {
            throw explained(e);
        }
    }

    private static RuntimeException explained(RuntimeException e) {
        return String.valueOf(e.getMessage()).contains(NO_MEMORY) ? new NoMemoryException(e) : e;
    }

    /** Runs the program without a way back. */
    public float[] evaluate(PackedBatch batch) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode off = new AutoGradMode(false)) {
            return Tensors.toFloats(run(batch));
        } catch (RuntimeException e) {
            throw explained(e);
        }
    }

    private Tensor run(PackedBatch batch) {
        return program.run(new TorchOps(new BatchLayout(batch), parameters, joint, precision));
    }

    /**
     * Adds to the gradients of all weights that learn.
     *
     * @param gradient of the loss by each number that the last {@link #forward} gave
     */
    public void backward(float[] gradient) {
        Tensor rows = result;
        if (rows == null) {
            throw new IllegalStateException("backward needs a forward pass before it, and takes it up");
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor outer = Tensors.of(gradient, rows.size(0), rows.size(1)).to(rows.scalar_type());
            rows.backward(outer, new BoolOptional(), false, new TensorArrayRefOptional());
        } catch (RuntimeException e) {
            throw explained(e);
        } finally {
            forget();
        }
    }

    private void forget() {
        if (result != null) {
            result.releaseReference();
            result = null;
        }
    }

    /** The gradient of a weight so far, in its shape; zeros if there has been no backward pass. */
    public float[] gradient(Weight weight) {
        try (PointerScope scope = new PointerScope()) {
            Tensor gradient = parameters.of(weight).grad();
            return gradient.defined() ? Tensors.toFloats(gradient) : new float[weight.count()];
        }
    }

    /**
     * Moves the weights by AdamW along the gradients collected, and clears those.
     *
     * @return the length of the gradient before it was cut
     * @throws ArithmeticException if that is no number; the weights are as before
     */
    public double step(AdamWOptions options) {
        double length = gradientLength();
        if (!Double.isFinite(length)) {
            throw new ArithmeticException("The length of the gradient of step " + (steps() + 1) + " is " + length
                    + "; try a lower learning rate, or precision fp32");
        }
        optimizer.step(options, Math.max(1, length / options.clipNorm()));
        clearGradients();
        return length;
    }

    private double gradientLength() {
        try (PointerScope scope = new PointerScope()) {
            double squares = 0;
            for (Weight weight : parameters.trained()) {
                Tensor gradient = parameters.of(weight).grad();
                if (gradient.defined()) {
                    double norm = gradient.norm().item_float();
                    squares += norm * norm;
                }
            }
            return Math.sqrt(squares);
        }
    }

    private void clearGradients() {
        try (PointerScope scope = new PointerScope()) {
            parameters
                    .trained()
                    .forEach(weight -> parameters.of(weight).mutable_grad().reset());
        }
    }

    /** The number of {@link #step}s, those before a {@link #restore} included. */
    public long steps() {
        return optimizer.steps();
    }

    /** The weights that learn, as they were before the first step. */
    public List<Weight> trained() {
        return List.copyOf(parameters.trained());
    }

    /** All weights as they are now, under their names. */
    public List<Weight> weights() {
        try (PointerScope scope = new PointerScope()) {
            return parameters.all().stream()
                    .map(weight -> copy(weight.name(), weight, parameters.of(weight)))
                    .toList();
        }
    }

    /** What the optimizer remembers of each weight that learns. */
    public List<Weight> moments() {
        try (PointerScope scope = new PointerScope()) {
            List<Weight> moments = new ArrayList<>();
            optimizer.moments().forEach((weight, pair) -> {
                moments.add(copy(FIRST + weight.name(), weight, pair.first()));
                moments.add(copy(SECOND + weight.name(), weight, pair.second()));
            });
            return moments;
        }
    }

    private static Weight copy(String name, Weight like, Tensor values) {
        return Weight.of(
                name,
                Tensors.toFloats(values),
                like.shape().stream().mapToInt(i -> i).toArray());
    }

    /**
     * Goes on where {@link #weights}, {@link #moments} and {@link #steps} were taken.
     *
     * @throws IllegalArgumentException if a weight or a moment is missing, or has another shape
     */
    public void restore(List<Weight> weights, List<Weight> moments, long steps) {
        Map<String, Weight> saved = new LinkedHashMap<>();
        weights.forEach(weight -> saved.put(weight.name(), weight));
        moments.forEach(moment -> saved.put(moment.name(), moment));
        try (PointerScope scope = new PointerScope();
                AutoGradMode off = new AutoGradMode(false)) {
            parameters.all().forEach(weight -> overwrite(parameters.of(weight), weight.name(), weight, saved));
            optimizer.moments().forEach((weight, pair) -> {
                overwrite(pair.first(), FIRST + weight.name(), weight, saved);
                overwrite(pair.second(), SECOND + weight.name(), weight, saved);
            });
        }
        optimizer.steps(steps);
    }

    private static void overwrite(Tensor tensor, String name, Weight like, Map<String, Weight> saved) {
        Weight found = saved.get(name);
        if (found == null || !found.shape().equals(like.shape())) {
            throw new IllegalArgumentException("The saved state has "
                    + (found == null ? "no \"" + name + "\"" : found + " where " + like.shape() + " was expected")
                    + "; it is of another model");
        }
        long[] shape = like.shape().stream().mapToLong(i -> i).toArray();
        tensor.copy_(Tensors.of(found.toFloats(), shape));
    }

    @Override
    public void close() {
        forget();
        optimizer.close();
        parameters.close();
    }
}
