package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.onednn.Networks.Shape;
import dev.juxta.ops.Program;
import dev.juxta.ops.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Faster precisions keep the order of fp32. */
class PrecisionTest {

    private final Networks networks = new Networks(11);
    private final Program program = networks.program(Shape.bert(3, 4, 32, 256));
    private final List<PackedBatch> samples =
            List.of(PackedBatch.of(networks.sequences(lengths(40))), PackedBatch.of(networks.sequences(lengths(40))));

    private static int[] lengths(int count) {
        return IntStream.range(0, count).map(i -> 5 + 7 * i % 90).toArray();
    }

    @Test
    void bf16AndInt8OrderAsFp32Does() {
        List<float[]> exact;
        try (Executable executable = compile(Precision.FP32)) {
            exact = samples.stream().map(executable::run).toList();
        }
        try (Executable int8 = compile(Precision.INT8)) {
            assertThat(QualityGate.correlation(int8, samples, exact)).isGreaterThan(0.99);
        }
        if (Natives.hasBf16()) {
            try (Executable bf16 = compile(Precision.BF16)) {
                assertThat(QualityGate.correlation(bf16, samples, exact)).isGreaterThan(0.999);
            }
        }
    }

    /** As where some products are too noisy for bytes: what they write is rounded behind them. */
    @Test
    void formatsThatAlternateWithinTheNetworkOrderAsFp32Does() {
        try (Workers workers = new Workers(2)) {
            Calibration calibration = Calibration.run(program, samples, workers);
            List<Value> rounded =
                    List.copyOf(calibration.quantization().statistics().keySet());
            for (Value alone : rounded) {
                var statistics =
                        Map.of(alone, calibration.quantization().statistics().get(alone));
                try (Executable mixed =
                        OneDnnEngine.compile(program, Precision.INT8, new Quantization(statistics), workers)) {
                    assertThat(QualityGate.correlation(mixed, samples, calibration.results()))
                            .as("%s alone", alone)
                            .isGreaterThan(0.995);
                }
            }
        }
    }

    @Test
    void autoTakesTheFastestThatPassesTheGate() {
        try (Executable executable = compile(Precision.AUTO)) {
            Precision expected = Natives.hasAmx()
                    ? Precision.BF16 // as fast as int8 in so narrow a network
                    : Natives.hasInt8() ? Precision.INT8 : Precision.FP32;
            assertThat(executable.precision()).isEqualTo(expected);
        }
    }

    private Executable compile(Precision precision) {
        return new OneDnnEngine().compile(program, new EngineOptions(2, precision, () -> samples));
    }

    @Test
    void spearmanSharesRanksAmongTies() {
        assertThat(QualityGate.spearman(new double[] {1, 2, 3}, new double[] {10, 20, 30}))
                .isEqualTo(1);
        assertThat(QualityGate.spearman(new double[] {1, 2, 3}, new double[] {3, 2, 1}))
                .isEqualTo(-1);
        double[] nothing = new double[3];
        Arrays.fill(nothing, Double.NaN);
        assertThat(QualityGate.spearman(new double[] {1, 2, 3}, nothing)).isEqualTo(0);
    }
}
