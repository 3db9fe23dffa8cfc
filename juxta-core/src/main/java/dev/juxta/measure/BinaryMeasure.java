package dev.juxta.measure;

/** How well scores tell positive pairs from negative ones. It prints as {@link #parse} reads it. */
public interface BinaryMeasure {

    /**
     * The value, in 0 to 1.
     *
     * @param scores one per pair; larger means positive
     * @param positive whether each pair is positive
     * @throws IllegalArgumentException if their numbers differ or there are none
     */
    double of(double[] scores, boolean[] positive);

    /**
     * Reads {@code Accuracy}, {@code F1}, {@code AP}, {@code ECE} or {@code ECE@15}.
     *
     * @throws IllegalArgumentException for any other text
     */
    static BinaryMeasure parse(String text) {
        MeasureName name = MeasureName.parse(text);
        return switch (name.base()) {
            case "accuracy" -> name.without(new BestAccuracy());
            case "f1" -> name.without(new BestF1());
            case "ap" -> name.without(new ScoreAveragePrecision());
            case "ece" -> new CalibrationError(name.cutoff().orElse(CalibrationError.DEFAULT_BINS));
            default ->
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a measure of two classes; those are Accuracy and"
                                + " F1 (at their best thresholds), AP, and ECE or ECE@15 (bins)");
        };
    }
}
