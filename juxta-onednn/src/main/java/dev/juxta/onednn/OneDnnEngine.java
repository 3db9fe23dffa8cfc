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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * oneDNN on the CPU, in fp32, bf16 and int8. Left to choose, it takes the fastest that the processor has and that orders
 * the sample pairs as fp32 does; of formats that are equally fast, the finer one. Vectors have to keep their directions in
 * any precision, asked for or not, for they are compared with others that were made in fp32; else it runs in fp32, and says
 * so.
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
        OneDnnExecutable executable = choose(pruned, options, workers);
        executable.warmUp(Samples.shapes(pruned)); // of the one that stays: those that were only compared are gone
        return executable;
    }

    private static OneDnnExecutable choose(Program pruned, EngineOptions options, Workers workers) {
        return switch (options.precision()) {
            case FP32 -> compile(pruned, Precision.FP32, Quantization.NONE, workers);
            case BF16 -> {
                if (!Natives.hasBf16()) {
                    throw new IllegalArgumentException(
                            "This processor has no bf16 instructions; use precision fp32, int8 or auto");
                }
                yield half(pruned, options, workers);
            }
            case INT8 -> {
                List<PackedBatch> samples = options.samples().get();
                double least = options.vectors() && !samples.isEmpty() ? QualityGate.LEAST_COSINE : 0;
                yield quantized(pruned, samples, options, workers, least)
                        .orElseGet(() -> exact(pruned, "int8", workers));
            }
            case AUTO -> fastest(pruned, options, workers);
        };
    }

    /** In fp32, as another precision turns vectors too far. */
    private static OneDnnExecutable exact(Program program, String precision, Workers workers) {
        LOGGER.log(
                Level.WARNING,
                "{0} turns the vectors of the samples too far from fp32''s (a mean cosine below {1}); running in fp32",
                precision,
                QualityGate.LEAST_COSINE);
        return compile(program, Precision.FP32, Quantization.NONE, workers);
    }

    /** In bf16, where that leaves the directions of vectors. */
    private static OneDnnExecutable half(Program program, EngineOptions options, Workers workers) {
        List<PackedBatch> samples = options.vectors() ? options.samples().get() : List.of();
        OneDnnExecutable half = compile(program, Precision.BF16, Quantization.NONE, workers);
        if (samples.isEmpty()) {
            return half;
        }
        double cosine;
        try (OneDnnExecutable whole = compile(program, Precision.FP32, Quantization.NONE, workers)) {
            List<float[]> exact = samples.stream().map(whole::run).toList();
            cosine = QualityGate.likeness(
                    half, samples, exact, true, program.result().width());
        } catch (RuntimeException | Error e) {
            half.close();
            throw e;
        }
        if (cosine >= QualityGate.LEAST_COSINE) {
            return half;
        }
        half.close();
        return exact(program, "bf16", workers);
    }

    /** The fastest precision that passes the quality gate. */
    private static OneDnnExecutable fastest(Program program, EngineOptions options, Workers workers) {
        boolean gains = Natives.hasInt8() && NumberTypes.gains(program);
        List<PackedBatch> samples = gains ? options.samples().get() : List.of();
        if (samples.isEmpty()) {
            return unquantized(program, options, workers);
        }
        Optional<OneDnnExecutable> quantized =
                quantized(program, samples, options, workers, QualityGate.least(options.vectors()));
        if (quantized.isPresent()) {
            return quantized.get();
        }
        LOGGER.log(
                Level.INFO,
                "int8 {0}; running in {1}",
                options.vectors() ? "turns the vectors of the samples" : "orders the sample pairs unlike fp32 does",
                Natives.hasBf16() ? Precision.BF16 : Precision.FP32);
        return unquantized(program, options, workers);
    }

    private static OneDnnExecutable unquantized(Program program, EngineOptions options, Workers workers) {
        return Natives.hasBf16()
                ? half(program, options, workers)
                : compile(program, Precision.FP32, Quantization.NONE, workers);
    }

    /**
     * The program in int8, unless its results on the samples are too far from fp32's. What was found out about the same
     * program and weights before is not found out again. Without samples its scales come of random tokens, which are not
     * kept, for they say little of texts.
     */
    private static Optional<OneDnnExecutable> quantized(
            Program program, List<PackedBatch> given, EngineOptions options, Workers workers, double least) {
        CalibrationFile file = CalibrationFile.of(program, options.folder());
        Optional<CalibrationFile.Kept> kept = file.read();
        OptionalDouble verdict = kept.map(CalibrationFile.Kept::likeness).orElse(OptionalDouble.empty());
        if (kept.isPresent() && (least == 0 || verdict.isPresent())) {
            return verdict.orElse(1) < least
                    ? Optional.empty()
                    : Optional.of(compile(program, Precision.INT8, kept.get().quantization(program), workers));
        }
        List<PackedBatch> samples = given.isEmpty() ? Samples.random(program) : given;
        Calibration calibration = Calibration.run(program, samples, workers);
        Quantization quantization =
                kept.map(found -> found.quantization(program)).orElse(calibration.quantization());
        OneDnnExecutable executable = compile(program, Precision.INT8, quantization, workers);
        double likeness;
        try {
            int width = program.result().width();
            likeness = QualityGate.likeness(executable, samples, calibration.results(), options.vectors(), width);
        } catch (RuntimeException | Error e) {
            executable.close();
            throw e;
        }
        LOGGER.log(Level.DEBUG, "int8''s likeness to fp32 on the samples is {0}", likeness);
        if (!given.isEmpty()) {
            file.write(quantization, likeness);
        }
        if (likeness < least) {
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
        return OneDnnExecutable.of(program, precision, quantization, Map.of(), workers);
    }
}
