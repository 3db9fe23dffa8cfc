package dev.juxta.torch;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** The weights of a program as fp32 tensors, in the order in which the program first reads them. */
@SuppressWarnings("try") // a scope frees what is made in it, and nothing names it
final class Parameters implements AutoCloseable {

    private final Map<Weight, Tensor> tensors = new LinkedHashMap<>();
    private final List<Weight> trained = new ArrayList<>();

    /**
     * @param trains which weights collect gradients
     */
    Parameters(Program program, Predicate<Weight> trains) {
        try (PointerScope scope = new PointerScope()) {
            for (Weight weight : program.weights()) {
                long[] shape = weight.shape().stream().mapToLong(i -> i).toArray();
                Tensor tensor = Tensors.of(weight.toFloats(), shape);
                if (trains.test(weight)) {
                    tensor.set_requires_grad(true);
                    trained.add(weight);
                }
                tensor.retainReference(); // beyond this scope
                tensors.put(weight, tensor);
            }
        }
    }

    Tensor of(Weight weight) {
        Tensor tensor = tensors.get(weight);
        if (tensor == null) {
            throw new IllegalStateException(weight + " is not part of the program");
        }
        return tensor;
    }

    /** All weights, trained or not. */
    Set<Weight> all() {
        return tensors.keySet();
    }

    /** Those that collect gradients. */
    List<Weight> trained() {
        return trained;
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::releaseReference);
        tensors.clear();
    }
}
