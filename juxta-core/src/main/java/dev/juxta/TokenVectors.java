package dev.juxta;

/**
 * The vectors of a text's tokens, of unit length. They are not copied; whoever has them may change them.
 *
 * @param vectors [tokens that are compared, dimensions]
 * @param ids the vocabulary ids of these tokens, [tokens that are compared]
 * @param tokens tokens that the model read, special ones and those that fill up a query included
 * @param truncated tokens that were cut off; 0 if it read everything
 */
public record TokenVectors(float[][] vectors, int[] ids, int tokens, int truncated) {

    /**
     * How well a document's tokens answer a query's: for each vector of the query the largest dot product with one of the
     * document's, summed (MaxSim; Khattab and Zaharia 2020, arXiv:2004.12832).
     *
     * @throws IllegalArgumentException if the widths differ or the document has no vectors
     */
    public static float maxSim(float[][] query, float[][] document) {
        if (document.length == 0) {
            throw new IllegalArgumentException("A document without vectors answers no query");
        }
        double sum = 0;
        for (float[] asked : query) {
            float best = Float.NEGATIVE_INFINITY;
            for (float[] token : document) {
                best = Math.max(best, dot(asked, token));
            }
            sum += best;
        }
        return (float) sum;
    }

    private static float dot(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "Vectors of " + a.length + " and " + b.length + " dimensions cannot be compared");
        }
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
