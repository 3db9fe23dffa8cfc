package dev.juxta.ops;

import dev.juxta.ops.Value.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes a last layer only for the token that is scored.
 *
 * <p>A head that pools the first (or last) token reads one row per sequence, yet the layer below it is written for all
 * of them. Every operation but shifts, and attention's keys and values, works row by row, so the selection can move up: selecting
 * rows of f(x) is f of the selected rows of x. It stops at values that are needed in full, and at the attention, which
 * then has one query per sequence. In a model of n layers this drops about 1/n of the work above the key and value
 * projections.
 */
public final class RowPruning {

    private final Program program;
    private final Optional<Pooling> selection;
    private final Set<Value> selected = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Value, Value> whole = new HashMap<>();
    private final Map<Value, Value> narrowed = new HashMap<>();

    private RowPruning(Program program) {
        this.program = program;
        List<Pooling> poolings = program.steps().stream()
                .filter(step -> step.operation() instanceof Operation.Pool)
                .map(step -> ((Operation.Pool) step.operation()).pooling())
                .distinct()
                .toList();
        this.selection = poolings.size() == 1 && (poolings.get(0) == Pooling.FIRST || poolings.get(0) == Pooling.LAST)
                ? Optional.of(poolings.get(0))
                : Optional.empty();
    }

    /** The same function with as few rows as its result needs. */
    public static Program apply(Program program) {
        RowPruning pruning = new RowPruning(program);
        return pruning.selection.isPresent() ? pruning.rewrite(pruning.selection.get()) : program;
    }

    private Program rewrite(Pooling pooling) {
        findSelected();
        for (Step step : program.steps()) {
            rewrite(step, pooling);
        }
        return new Program(steps, require(whole, program.result()));
    }

    /** Finds the values of which nothing but the selected rows is read, going from the result back. */
    private void findSelected() {
        Set<Value> neededWhole = new HashSet<>(Set.of(program.result()));
        for (int i = program.steps().size() - 1; i >= 0; i--) {
            Step step = program.steps().get(i);
            Value output = step.output();
            boolean outputWhole = neededWhole.contains(output);
            boolean acrossRows = step.operation() instanceof Operation.Shift;
            if (!outputWhole && !acrossRows && output.rows().equals(Rows.TOKENS)) {
                selected.add(output);
            }
            if (step.operation() instanceof Operation.Pool) {
                continue;
            }
            for (Value input : step.operation().inputs()) {
                boolean asRow = selected.contains(output) && isRowWise(step.operation(), input);
                if (!asRow) {
                    neededWhole.add(input);
                }
            }
        }
        selected.removeAll(neededWhole);
    }

    private static boolean isRowWise(Operation operation, Value input) {
        if (operation instanceof Operation.Attend attend) {
            Attention<Value> attention = attend.attention();
            return input.equals(attention.query())
                    && !input.equals(attention.key())
                    && !input.equals(attention.value());
        }
        return true;
    }

    private void rewrite(Step step, Pooling pooling) {
        Operation operation = step.operation();
        if (operation instanceof Operation.Pool pool) {
            whole.put(step.output(), selectedRows(pool.x(), pooling));
        } else if (!selected.contains(step.output())) {
            whole.put(
                    step.output(),
                    emit(
                            operation.withInputs(value -> require(whole, value)),
                            step.output().rows(),
                            step.output().width()));
        } else {
            narrowed.put(
                    step.output(),
                    emit(
                            narrow(operation, pooling),
                            Rows.SEQUENCES,
                            step.output().width()));
        }
    }

    private Operation narrow(Operation operation, Pooling pooling) {
        if (operation instanceof Operation.Embedding embedding) {
            Value all = emit(embedding, Rows.TOKENS, embedding.table().size(1));
            return new Operation.Pool(all, pooling);
        }
        if (operation instanceof Operation.Attend attend) {
            Attention<Value> attention = attend.attention();
            Value query = selectedRows(attention.query(), pooling);
            Attention.Queries which = pooling == Pooling.FIRST ? Attention.Queries.FIRST : Attention.Queries.LAST;
            Attention<Value> wholeAttention =
                    attention.map(value -> value.equals(attention.query()) ? query : require(whole, value));
            return new Operation.Attend(wholeAttention.narrowedTo(query, which));
        }
        return operation.withInputs(value -> selectedRows(value, pooling));
    }

    /** The selected rows of {@code value}, pooled once if it is there in full. */
    private Value selectedRows(Value value, Pooling pooling) {
        Value found = narrowed.get(value);
        if (found == null) {
            Value all = require(whole, value);
            found = all.rows().equals(Rows.TOKENS)
                    ? emit(new Operation.Pool(all, pooling), Rows.SEQUENCES, value.width())
                    : all;
            narrowed.put(value, found);
        }
        return found;
    }

    private Value emit(Operation operation, Rows rows, int width) {
        Value output = new Value(steps.size(), rows, width);
        steps.add(new Step(output, operation));
        return output;
    }

    private static Value require(Map<Value, Value> values, Value value) {
        Value found = values.get(value);
        if (found == null) {
            throw new IllegalStateException(value + " has not been rewritten");
        }
        return found;
    }
}
