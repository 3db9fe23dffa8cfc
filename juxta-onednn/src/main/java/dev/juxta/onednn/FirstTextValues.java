package dev.juxta.onednn;

import dev.juxta.ops.Operation;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the values of which a program reads no rows but those of first texts, such as what each token of a query found in
 * the document: what only {@link Pooling#MEAN_OF_FIRST_TEXT} reads in the end, and nothing across rows before it.
 */
final class FirstTextValues {

    private FirstTextValues() {}

    /** Those of the program's values with a row for each token. */
    static Set<Value> of(Program program) {
        List<Step> steps = program.steps();
        Set<Value> whole = new HashSet<>(Set.of(program.result()));
        Set<Value> found = new HashSet<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Value output = steps.get(i).output();
            Operation operation = steps.get(i).operation();
            boolean read = output.rows().equals(Value.Rows.TOKENS) && !whole.contains(output);
            if (read) {
                found.add(output);
            }
            if (!(operation instanceof Operation.Pool pool
                    ? pool.pooling() == Pooling.MEAN_OF_FIRST_TEXT
                    : read && isRowWise(operation))) {
                whole.addAll(operation.inputs());
            }
        }
        return Set.copyOf(found);
    }

    private static boolean isRowWise(Operation operation) {
        return !(operation instanceof Operation.Attend || operation instanceof Operation.Shift);
    }
}
