package dev.juxta;

/**
 * A document that a {@link Retriever} found.
 *
 * @param id names it in its corpus
 * @param score how well it answers; larger is better, and only hits of one call can be compared; never NaN
 * @param text what a second stage reads
 */
public record Hit(String id, double score, String text) {

    public Hit {
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("The score of \"" + id + "\" is not a number");
        }
    }
}
