package dev.juxta.onednn;

import dev.juxta.engine.Engine;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.QuantizationReport;
import dev.juxta.engine.Workers;
import dev.juxta.ops.Program;
import dev.juxta.ops.RowPruning;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

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
        if (options.workers().isPresent()) {
            return compile(program, options, options.workers().get());
        }
        Workers own = new Workers(options.threads());
        try {
            return compile(program, options, own).closing(own);
        } catch (RuntimeException | Error e) {
            own.close();
            throw e;
        }
    }

    private static OneDnnExecutable compile(Program program, EngineOptions options, Workers workers) {
        Program pruned = RowPruning.apply(program);
        return switch (options.precision()) {
            case FP32 -> compile(pruned, Precision.FP32, Quantization.NONE, workers);
            case BF16 -> {
                if (!Natives.hasBf16()) {
                    throw new IllegalArgumentException(
                            "This processor has no bf16 instructions; use precision fp32, int8 or auto");
                }
                yield compile(pruned, Precision.BF16, Quantization.NONE, workers);
            }
            case INT8 -> {
                List<PackedBatch> given = options.samples().get();
                List<PackedBatch> samples = given.isEmpty() ? Samples.random(pruned) : given;
                yield quantized(pruned, samples, options.folder(), workers, 0)
                        .orElseThrow(() -> new IllegalStateException("int8 was refused without a condition"));
            }
            case AUTO -> fastest(pruned, options, workers);
        };
    }

    /** The fastest precision that passes the quality gate. */
    private static OneDnnExecutable fastest(Program program, EngineOptions options, Workers workers) {
        Precision next = Natives.hasBf16() ? Precision.BF16 : Precision.FP32;
        List<PackedBatch> samples = Natives.hasInt8() ? options.samples().get() : List.of();
        if (samples.isEmpty()) {
            return compile(program, next, Quantization.NONE, workers);
        }
        Optional<OneDnnExecutable> quantized =
                quantized(program, samples, options.folder(), workers, QualityGate.LEAST_CORRELATION);
        if (quantized.isPresent()) {
            return quantized.get();
        }
        LOGGER.log(Level.INFO, "int8 orders the sample pairs unlike fp32 does; running in {0}", next);
        return compile(program, next, Quantization.NONE, workers);
    }

    /**
     * The program in int8, unless it orders the samples too differently from fp32. What was found out about the same
     * program and weights before is not found out again.
     */
    private static Optional<OneDnnExecutable> quantized(
            Program program,
            List<PackedBatch> samples,
            Optional<Path> folder,
            Workers workers,
            double leastCorrelation) {
        CalibrationFile file = CalibrationFile.of(program, folder);
        Optional<CalibrationFile.Kept> kept = file.read();
        OptionalDouble verdict = kept.map(CalibrationFile.Kept::correlation).orElse(OptionalDouble.empty());
        if (kept.isPresent() && (leastCorrelation == 0 || verdict.isPresent())) {
            return verdict.orElse(1) < leastCorrelation
                    ? Optional.empty()
                    : Optional.of(compile(program, Precision.INT8, kept.get().quantization(program), workers));
        }
        Calibration calibration = Calibration.run(program, samples, workers);
        Quantization quantization =
                kept.map(found -> found.quantization(program)).orElse(calibration.quantization());
        OneDnnExecutable executable = compile(program, Precision.INT8, quantization, workers);
        double correlation;
        try {
            correlation = QualityGate.correlation(executable, samples, calibration.logits());
        } catch (RuntimeException | Error e) {
            executable.close();
            throw e;
        }
        LOGGER.log(Level.DEBUG, "int8''s rank correlation with fp32 on the samples is {0}", correlation);
        file.write(quantization, correlation);
        if (correlation < leastCorrelation) {
            executable.close();
            return Optional.empty();
        }
        return Optional.of(executable);
    }

    @Override
    public QuantizationReport quantize(Program program, EngineOptions options) {
        if (options.workers().isPresent()) {
            return QuantizationRun.of(
                    RowPruning.apply(program), options, options.workers().get());
        }
        try (Workers own = new Workers(options.threads())) {
            return QuantizationRun.of(RowPruning.apply(program), options, own);
        }
    }

    static OneDnnExecutable compile(Program program, Precision precision, Quantization quantization, Workers workers) {
        Kernels kernels = new Kernels();
        Plan plan = Planner.plan(program, precision, kernels, quantization, Map.of(), workers);
        OneDnnExecutable executable = new OneDnnExecutable(plan, precision, kernels, workers);
        executable.warmUp(Samples.shapes(program));
        return executable;
    }
}
