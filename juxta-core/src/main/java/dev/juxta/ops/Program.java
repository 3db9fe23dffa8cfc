package dev.juxta.ops;

import dev.juxta.checkpoint.Weight;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A forward pass written down: its steps in order, each value assigned once, and the value it returns.
 *
 * @param steps in an order in which every value is made before it is read
 * @param result the value that a run returns
 */
public record Program(List<Step> steps, Value result) {

    public Program {
        steps = List.copyOf(steps);
        Set<Value> made = new HashSet<>();
        for (Step step : steps) {
            if (!made.containsAll(step.operation().inputs())) {
                throw new IllegalArgumentException(step + " reads a value that no step before it makes");
            }
            if (!made.add(step.output())) {
                throw new IllegalArgumentException(step + " makes a value that is already there");
            }
        }
        if (!made.contains(result)) {
            throw new IllegalArgumentException("No step makes the result " + result);
        }
    }

    /** For each value, the index of the last step that reads it ({@code steps().size()} for the result). */
    public Map<Value, Integer> lastReads() {
        Map<Value, Integer> last = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            last.put(steps.get(i).output(), i);
            for (Value input : steps.get(i).operation().inputs()) {
                last.put(input, i);
            }
        }
        last.put(result, steps.size());
        return last;
    }

    /**
     * Computes what is the same for every batch: all values with fixed rows, such as projected position tables.
     *
     * @return those that steps with other rows read
     */
    public <V> Map<Value, V> runFixed(Ops<V> ops) {
        Map<Value, V> fixed = new HashMap<>();
        Set<Value> read = new HashSet<>(Set.of(result));
        for (Step step : steps) {
            if (isFixed(step)) {
                fixed.put(step.output(), step.operation().replay(ops, value -> require(fixed, value)));
            } else {
                read.addAll(step.operation().inputs());
            }
        }
        fixed.keySet().retainAll(read);
        return fixed;
    }

    private static boolean isFixed(Step step) {
        return step.output().rows() instanceof Value.Rows.Fixed;
    }

    /**
     * Replays the program on an engine that computes at once, letting each value go after its last use.
     *
     * @return what the engine made of {@link #result}
     */
    public <V> V run(Ops<V> ops) {
        return run(ops, runFixed(ops));
    }

    /**
     * The same, with what {@link #runFixed} gave.
     *
     * @return what the engine made of {@link #result}
     */
    public <V> V run(Ops<V> ops, Map<Value, V> fixed) {
        Map<Value, Integer> lastReads = lastReads();
        Map<Value, V> live = new HashMap<>(fixed);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (isFixed(step)) {
                continue;
            }
            live.put(step.output(), step.operation().replay(ops, value -> require(live, value)));
            for (Value input : step.operation().inputs()) {
                if (lastReads.getOrDefault(input, i) == i) {
                    live.remove(input);
                }
            }
        }
        return require(live, result);
    }

    private static <V> V require(Map<Value, V> values, Value value) {
        V found = values.get(value);
        if (found == null) {
            throw new IllegalStateException(value + " is not live");
        }
        return found;
    }

    /** All weights, in the order in which they are first read. */
    public Set<Weight> weights() {
        Set<Weight> weights = new LinkedHashSet<>();
        steps.forEach(step -> {
            Operation operation = step.operation();
            if (operation instanceof Operation.Embedding embedding) {
                weights.add(embedding.table());
            } else if (operation instanceof Operation.Constant constant) {
                weights.add(constant.weight());
            } else if (operation instanceof Operation.Project project) {
                weights.add(project.layer().weight());
                project.layer().bias().ifPresent(weights::add);
            } else if (operation instanceof Operation.Normed normed) {
                weights.add(normed.norm().scale());
                normed.norm().shift().ifPresent(weights::add);
            }
        });
        return weights;
    }
}
