package dev.juxta.onednn;

import dev.juxta.engine.Engine;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.ops.Program;
import dev.juxta.ops.RowPruning;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * oneDNN on the CPU, in fp32, bf16 and int8. Left to choose, it takes the fastest that the processor has and that orders
 * the sample pairs as fp32 does.
 */
public final class OneDnnEngine implements Engine {

    public static final String NAME = "onednn";

    /** Above the reference engine's. */
    private static final int PREFERENCE = 100;

    private static final Logger LOGGER = System.getLogger(OneDnnEngine.class.getName());

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
        Program pruned = RowPruning.apply(program);
        int threads = options.threads();
        return switch (options.precision()) {
            case FP32 -> compile(pruned, Precision.FP32, Quantization.NONE, threads);
            case BF16 -> {
                if (!Natives.hasBf16()) {
                    throw new IllegalArgumentException(
                            "This processor has no bf16 instructions; use precision fp32, int8 or auto");
                }
                yield compile(pruned, Precision.BF16, Quantization.NONE, threads);
            }
            case INT8 -> {
                List<PackedBatch> samples = options.samples().get();
                Calibration calibration =
                        Calibration.run(pruned, samples.isEmpty() ? Samples.random(pruned) : samples, threads);
                yield compile(pruned, Precision.INT8, calibration.quantization(), threads);
            }
            case AUTO -> fastest(pruned, options);
        };
    }

    /** The fastest precision that passes the quality gate. */
    private static Executable fastest(Program program, EngineOptions options) {
        int threads = options.threads();
        Precision next = Natives.hasBf16() ? Precision.BF16 : Precision.FP32;
        List<PackedBatch> samples = Natives.hasInt8() ? options.samples().get() : List.of();
        if (samples.isEmpty()) {
            return compile(program, next, Quantization.NONE, threads);
        }
        Calibration calibration = Calibration.run(program, samples, threads);
        OneDnnExecutable quantized = compile(program, Precision.INT8, calibration.quantization(), threads);
        double correlation = QualityGate.correlation(quantized, samples, calibration.logits());
        if (correlation >= QualityGate.LEAST_CORRELATION) {
            return quantized;
        }
        quantized.close();
        LOGGER.log(
                Level.INFO,
                "int8 orders the sample pairs unlike fp32 (rank correlation {0}, wanted {1}); running in {2}",
                correlation,
                QualityGate.LEAST_CORRELATION,
                next);
        return compile(program, next, Quantization.NONE, threads);
    }

    private static OneDnnExecutable compile(
            Program program, Precision precision, Quantization quantization, int threads) {
        Kernels kernels = new Kernels();
        Plan plan = Planner.plan(program, precision, kernels, quantization, Map.of());
        return new OneDnnExecutable(plan, precision, kernels, threads);
    }
}
