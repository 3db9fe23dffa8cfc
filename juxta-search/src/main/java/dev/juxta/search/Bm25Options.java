package dev.juxta.search;

/**
 * How words are counted.
 *
 * @param language whose words and stems
 * @param k1 how soon more of the same word stop counting; 0 counts presence only
 * @param b how far a document's length is held against it; 0 not at all, 1 in full
 */
public record Bm25Options(Language language, float k1, float b) {

    /** The values of Trotman et al. 2014, which the published baselines of BEIR use. */
    public static final float DEFAULT_K1 = 0.9f;

    /** See {@link #DEFAULT_K1}. */
    public static final float DEFAULT_B = 0.4f;

    public Bm25Options {
        if (!Float.isFinite(k1) || k1 < 0) {
            throw new IllegalArgumentException("k1 is a number from 0 on, and not " + k1);
        }
        if (!(b >= 0 && b <= 1)) {
            throw new IllegalArgumentException("b is a number from 0 to 1, and not " + b);
        }
    }

    /** The usual parameters, for a language. */
    public static Bm25Options of(Language language) {
        return new Bm25Options(language, DEFAULT_K1, DEFAULT_B);
    }
}
