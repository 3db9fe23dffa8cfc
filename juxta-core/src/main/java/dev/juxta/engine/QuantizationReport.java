package dev.juxta.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What came of quantizing a model.
 *
 * @param samples sequences that the scales were chosen, and the ranks compared, on
 * @param correlation rank correlation (Spearman's ρ) with fp32 on the samples, the least over the model's outputs
 * @param leastCorrelation what precision {@code auto} asks for
 * @param quantized weights that are multiplied in int8
 * @param kept weights of products over all tokens that stay in a wider format, as rounding would cost them too much
 * @param pairsPerSecond speed on the samples, without tokenization, of each precision that the machine has
 * @param file where scales and verdict are kept
 */
public record QuantizationReport(
        int samples,
        double correlation,
        double leastCorrelation,
        List<String> quantized,
        List<String> kept,
        Map<Precision, Double> pairsPerSecond,
        Path file) {

    /** Whether precision {@code auto} takes int8. */
    public boolean passes() {
        return correlation >= leastCorrelation;
    }
}
