package dev.juxta.onednn;

import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.reference.ReferenceEngine;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.util.List;

/** Computes the values of a program that do not depend on the batch, such as projected position tables. */
final class FixedRows {

    private FixedRows() {}

    /** The rows of {@code value}, which has a fixed number of them, row by row. */
    static float[] compute(Program program, Value value) {
        List<Step> steps = program.steps().stream()
                .filter(step -> step.output().rows() instanceof Value.Rows.Fixed)
                .toList();
        PackedBatch anything = new PackedBatch(new int[1], new int[1], new int[1], new int[] {0, 1});
        EngineOptions options = new EngineOptions(1, Precision.FP32);
        try (Executable executable = new ReferenceEngine().compile(new Program(steps, value), options)) {
            return executable.run(anything);
        }
    }
}
