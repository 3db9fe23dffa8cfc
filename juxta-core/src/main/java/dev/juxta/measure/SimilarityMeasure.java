package dev.juxta.measure;

/** How well predicted similarities follow those that people gave. It prints as {@link #parse} reads it. */
public interface SimilarityMeasure {

    /**
     * The value, in −1 to 1; 0 where one side is constant, and a correlation means nothing.
     *
     * @param predicted a score per pair
     * @param expected a similarity per pair, in the same order
     * @throws IllegalArgumentException if their numbers differ or there are none
     */
    double of(double[] predicted, double[] expected);

    /**
     * Reads {@code Pearson} or {@code Spearman}.
     *
     * @throws IllegalArgumentException for any other text
     */
    static SimilarityMeasure parse(String text) {
        MeasureName name = MeasureName.parse(text);
        return switch (name.base()) {
            case "pearson" -> name.without(new Pearson());
            case "spearman" -> name.without(new Spearman());
            default ->
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a measure of similarity; those are Pearson and Spearman");
        };
    }
}
