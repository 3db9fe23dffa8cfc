package dev.juxta.onednn;

import dev.juxta.engine.Engine;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.Precision;
import dev.juxta.ops.Program;
import dev.juxta.ops.RowPruning;
import java.util.Map;
import java.util.Optional;

/** oneDNN on the CPU, in fp32, bf16 and int8. */
public final class OneDnnEngine implements Engine {

    public static final String NAME = "onednn";

    /** Above the reference engine's. */
    private static final int PREFERENCE = 100;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int preference() {
        return PREFERENCE;
    }

    @Override
    public Optional<String> obstacle() {
        return Natives.obstacle();
    }

    @Override
    public Executable compile(Program program, EngineOptions options) {
        return compile(RowPruning.apply(program), options.precision(), options.threads());
    }

    private static OneDnnExecutable compile(Program program, Precision precision, int threads) {
        Precision chosen = precision == Precision.AUTO ? Precision.FP32 : precision;
        Kernels kernels = new Kernels();
        Plan plan = Planner.plan(program, chosen, kernels, Quantization.NONE, Map.of());
        return new OneDnnExecutable(plan, chosen, kernels, threads);
    }
}
