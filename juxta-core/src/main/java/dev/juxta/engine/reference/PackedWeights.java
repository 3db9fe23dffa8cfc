package dev.juxta.engine.reference;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.Workers;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program's weights as the reference engine multiplies them; embedding tables stay as they are stored. */
final class PackedWeights {

    private final Map<Weight, Panels> panels = new HashMap<>();
    private final Map<Weight, float[]> floats = new HashMap<>();

    PackedWeights(Program program, Workers workers) {
        Set<Weight> matrices = new LinkedHashSet<>();
        program.steps().forEach(step -> {
            if (step.operation() instanceof Operation.Project project) {
                matrices.add(project.layer().weight());
                project.layer().bias().ifPresent(bias -> floats.put(bias, bias.toFloats()));
            } else if (step.operation() instanceof Operation.Normed normed) {
                floats.put(normed.norm().scale(), normed.norm().scale().toFloats());
                normed.norm().shift().ifPresent(shift -> floats.put(shift, shift.toFloats()));
            } else if (step.operation() instanceof Operation.Constant constant) {
                floats.put(constant.weight(), constant.weight().toFloats());
            }
        });
        List<Weight> order = List.copyOf(matrices);
        Panels[] packed = new Panels[order.size()];
        workers.forEach(packed.length, i -> packed[i] = pack(order.get(i)));
        for (int i = 0; i < packed.length; i++) {
            panels.put(order.get(i), packed[i]);
        }
    }

    /** Wᵀ [in, out] of W [out, in]. */
    private static Panels pack(Weight weight) {
        return Panels.ofTransposed(weight.toFloats(), 0, weight.size(1), weight.size(0), weight.size(1));
    }

    Panels panels(Weight weight) {
        return found(panels.get(weight), weight);
    }

    float[] floats(Weight weight) {
        return found(floats.get(weight), weight);
    }

    private static <T> T found(@Nullable T packed, Weight weight) {
        if (packed == null) {
            throw new IllegalStateException(weight + " is not part of the compiled program");
        }
        return packed;
    }
}
