package dev.juxta.train;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which weights of a program a training changes: all but frozen tables and layers. */
final class TrainedWeights implements Predicate<Weight> {

    /** How all families number the weights of their layers. */
    private static final Pattern LAYER = Pattern.compile("(?:^|\\.)layers?\\.([0-9]{1,4})\\.");

    private final Set<Weight> frozenTables;
    private final int frozenLayers;

    TrainedWeights(Program program, TrainingOptions options) {
        this.frozenTables = options.freezeEmbeddings() ? tables(program) : Set.of();
        this.frozenLayers = options.frozenLayers();
    }

    @Override
    public boolean test(Weight weight) {
        return !frozenTables.contains(weight) && layer(weight) >= frozenLayers;
    }

    /** The layer that a weight belongs to, by its name; beyond all of them if it belongs to none. */
    private static int layer(Weight weight) {
        Matcher layer = LAYER.matcher(weight.name());
        return layer.find() ? Integer.parseInt(layer.group(1)) : Integer.MAX_VALUE;
    }

    private static Set<Weight> tables(Program program) {
        return program.steps().stream()
                .filter(step -> step.operation() instanceof Operation.Embedding)
                .map(step -> ((Operation.Embedding) step.operation()).table())
                .collect(Collectors.toSet());
    }
}
