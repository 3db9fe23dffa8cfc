package dev.juxta.onednn;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.QuantizationReport;
import dev.juxta.engine.Workers;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Quantizing a model on purpose, with an account of what came of it. */
final class QuantizationRun {

    /** How long the speed of a precision is looked at, at the least. */
    private static final double LEAST_SECONDS = 0.5;

    private static final double NANOS_PER_SECOND = 1e9;

    private QuantizationRun() {}

    /** Calibrates, compares, times and keeps. */
    static QuantizationReport of(Program program, EngineOptions options, Workers workers) {
        List<PackedBatch> samples = options.samples().get();
        Calibration calibration = Calibration.run(program, samples, workers);
        Quantization quantization = calibration.quantization();
        Map<Precision, Double> speeds = new EnumMap<>(Precision.class);
        for (Precision wide : Natives.hasBf16() ? List.of(Precision.FP32, Precision.BF16) : List.of(Precision.FP32)) {
            try (Executable executable = OneDnnEngine.compile(program, wide, Quantization.NONE, workers)) {
                speeds.put(wide, sequencesPerSecond(executable, samples));
            }
        }
        double correlation;
        try (Executable int8 = OneDnnEngine.compile(program, Precision.INT8, quantization, workers)) {
            correlation = QualityGate.correlation(int8, samples, calibration.results());
            speeds.put(Precision.INT8, sequencesPerSecond(int8, samples));
        }
        Path file = CalibrationFile.of(program, options.folder()).writeBeside(quantization, correlation);
        return report(program, quantization, samples, correlation, speeds, file);
    }

    private static QuantizationReport report(
            Program program,
            Quantization quantization,
            List<PackedBatch> samples,
            double correlation,
            Map<Precision, Double> speeds,
            Path file) {
        NumberTypes types = new NumberTypes(program, Fusion.apply(program), Precision.INT8, quantization);
        List<String> quantized = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (Fusion.Node node : types.nodes()) {
            if (node instanceof Fusion.Product product && quantization.covers(product.x())) {
                List<String> names = product.layers().stream()
                        .map(Linear::weight)
                        .map(Weight::name)
                        .toList();
                (types.input(product).quantized() ? quantized : kept).addAll(names);
            }
        }
        int sequences = samples.stream().mapToInt(PackedBatch::sequences).sum();
        return new QuantizationReport(
                sequences, correlation, QualityGate.LEAST_CORRELATION, quantized, kept, speeds, file);
    }

    private static double sequencesPerSecond(Executable executable, List<PackedBatch> samples) {
        samples.forEach(executable::run); // compiles what is not yet
        long begin = System.nanoTime();
        long sequences = 0;
        while ((System.nanoTime() - begin) / NANOS_PER_SECOND < LEAST_SECONDS) {
            for (PackedBatch sample : samples) {
                executable.run(sample);
                sequences += sample.sequences();
            }
        }
        return sequences / ((System.nanoTime() - begin) / NANOS_PER_SECOND);
    }
}
