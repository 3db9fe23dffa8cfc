package dev.juxta.measure;

/** How well a model of several classes classifies. It prints as {@link #parse} reads it. */
public interface ClassMeasure {

    /**
     * The value, in 0 to 1. The class with the largest probability is the predicted one, of equals the first.
     *
     * @param probabilities [pairs, classes]
     * @param expected the class of each pair
     * @throws IllegalArgumentException if their numbers differ or there are none
     */
    double of(double[][] probabilities, int[] expected);

    /**
     * Reads {@code Accuracy}, {@code MacroF1}, {@code WeightedF1}, {@code ECE} or {@code ECE@15}.
     *
     * @throws IllegalArgumentException for any other text
     */
    static ClassMeasure parse(String text) {
        MeasureName name = MeasureName.parse(text);
        return switch (name.base()) {
            case "accuracy" -> name.without(new Accuracy());
            case "macrof1" -> name.without(new MacroF1());
            case "weightedf1" -> name.without(new WeightedF1());
            case "ece" -> new CalibrationError(name.cutoff().orElse(CalibrationError.DEFAULT_BINS));
            default ->
                throw new IllegalArgumentException("\"" + text + "\" is not a measure of classes; those are Accuracy,"
                        + " MacroF1, WeightedF1, and ECE or ECE@15 (bins)");
        };
    }
}
