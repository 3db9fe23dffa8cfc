package dev.juxta.onednn;

import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.util.HashMap;
import java.util.Map;

/** The values of a program that are the same for every batch, computed once by the reference engine. */
final class FixedValues {

    private final Program program;
    private final Map<Value, float[]> known = new HashMap<>();

    FixedValues(Program program) {
        this.program = program;
    }

    /** A value's rows, row by row. */
    float[] floats(Value value) {
        return known.computeIfAbsent(value, this::compute);
    }

    private float[] compute(Value value) {
        for (Step step : program.steps()) {
            if (step.output().equals(value) && step.operation() instanceof Operation.Constant constant) {
                return constant.weight().toFloats();
            }
        }
        return FixedRows.compute(program, value);
    }
}
