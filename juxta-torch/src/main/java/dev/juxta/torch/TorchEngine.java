package dev.juxta.torch;

import dev.juxta.engine.Engine;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.Precision;
import dev.juxta.ops.Program;
import java.util.Optional;

/**
 * libtorch, in fp32 and bf16, without gradients. Training computes on libtorch through {@link TrainableProgram}; this engine
 * lets its operations be held to the formulas, and scores where there is no other fast one.
 */
public final class TorchEngine implements Engine {

    public static final String NAME = "torch";

    /** Above the reference engine's, below the CPU engine's. */
    private static final int PREFERENCE = 50;

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
        return new TorchExecutable(program, precision(options.precision()), options.threads());
    }

    /** The precision to compute in; as the engine never chooses one that changes digits, auto is fp32. */
    static Precision precision(Precision asked) {
        return switch (asked) {
            case AUTO, FP32 -> Precision.FP32;
            case BF16 -> {
                if (!Natives.hasBf16()) {
                    throw new IllegalArgumentException(
                            "This processor has no AVX-512, without which bf16 is slower than fp32; use precision fp32");
                }
                yield Precision.BF16;
            }
            case INT8 ->
                throw new IllegalArgumentException(
                        "The torch engine computes in fp32 and bf16 and cannot compute in int8; use precision auto, fp32 or"
                                + " bf16, or another engine");
        };
    }
}
