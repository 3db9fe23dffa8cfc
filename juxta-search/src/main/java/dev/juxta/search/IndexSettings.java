package dev.juxta.search;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an index was made with. It is written with every commit, and cannot change afterwards.
 *
 * @param bm25 how words are counted
 * @param splitting how documents were split, in words of the one who split them
 * @param vectors the vectors of passages, if it has them
 * @param tokens the vectors of their tokens, if it has them
 */
public record IndexSettings(
        Bm25Options bm25, String splitting, Optional<Vectors> vectors, Optional<TokenVectors> tokens) {

    private static final String VERSION = "1";

    /**
     * Vectors in an index.
     *
     * @param model how the user named the model
     * @param fingerprint which weights it had
     * @param dimensions the vectors' width
     * @param similarity how they are compared
     * @param format how they are kept
     */
    public record Vectors(
            String model, String fingerprint, int dimensions, VectorSimilarity similarity, VectorFormat format) {

        /** Those of an embedder. */
        public static Vectors of(Embedder embedder, VectorFormat format) {
            return new Vectors(
                    embedder.name(), embedder.fingerprint(), embedder.dimensions(), embedder.similarity(), format);
        }

        /** Checks that an embedder has the weights these vectors were made with. */
        void require(Embedder embedder, String index) throws IndexException {
            requireWeights(model, fingerprint, embedder, index);
        }
    }

    /**
     * Vectors of tokens in an index.
     *
     * @param model how the user named the model
     * @param fingerprint which weights it had
     * @param dimensions the vectors' width
     */
    public record TokenVectors(String model, String fingerprint, int dimensions) {

        /** Those of an embedder. */
        public static TokenVectors of(TokenEmbedder embedder) {
            return new TokenVectors(embedder.name(), embedder.fingerprint(), embedder.dimensions());
        }

        /** Checks that an embedder has the weights these vectors were made with. */
        void require(TokenEmbedder embedder, String index) throws IndexException {
            requireWeights(model, fingerprint, embedder, index);
        }
    }

    private static void requireWeights(String model, String fingerprint, IndexedModel given, String index)
            throws IndexException {
        if (!given.fingerprint().equals(fingerprint)) {
            throw new IndexException("The vectors of \"" + index + "\" were made by " + model + " (weights "
                    + shortened(fingerprint) + "), and " + given.name() + " has other weights ("
                    + shortened(given.fingerprint())
                    + "), so they cannot be compared; use that model, or make a new index");
        }
    }

    private static String shortened(String hash) {
        return hash.length() <= 8 ? hash : hash.substring(0, 8);
    }

    /** Settings of an index of words alone. */
    public static IndexSettings of(Bm25Options bm25, String splitting) {
        return new IndexSettings(bm25, splitting, Optional.empty(), Optional.empty());
    }

    /** These settings, with vectors of passages. */
    public IndexSettings with(Vectors kept) {
        return new IndexSettings(bm25, splitting, Optional.of(kept), tokens);
    }

    /** These settings, with vectors of tokens. */
    public IndexSettings with(TokenVectors kept) {
        return new IndexSettings(bm25, splitting, vectors, Optional.of(kept));
    }

    Map<String, String> write() {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("juxta.version", VERSION);
        data.put("language", bm25.language().toString());
        data.put("k1", Float.toString(bm25.k1()));
        data.put("b", Float.toString(bm25.b()));
        data.put("splitting", splitting);
        vectors.ifPresent(kept -> {
            data.put("model", kept.model());
            data.put("fingerprint", kept.fingerprint());
            data.put("dimensions", Integer.toString(kept.dimensions()));
            data.put("similarity", kept.similarity().name());
            data.put("format", kept.format().toString());
        });
        tokens.ifPresent(kept -> {
            data.put("late.model", kept.model());
            data.put("late.fingerprint", kept.fingerprint());
            data.put("late.dimensions", Integer.toString(kept.dimensions()));
        });
        return data;
    }

    static IndexSettings read(Map<String, String> data, String index) throws IndexException {
        if (!VERSION.equals(data.get("juxta.version"))) {
            throw new IndexException("\"" + index + "\" is an index of another program or version; make a new one with"
                    + " juxta index");
        }
        try {
            Bm25Options bm25 = new Bm25Options(
                    Language.of(value(data, "language")),
                    Float.parseFloat(value(data, "k1")),
                    Float.parseFloat(value(data, "b")));
            Optional<Vectors> vectors = data.containsKey("model")
                    ? Optional.of(new Vectors(
                            value(data, "model"),
                            value(data, "fingerprint"),
                            Integer.parseInt(value(data, "dimensions")),
                            VectorSimilarity.valueOf(value(data, "similarity")),
                            VectorFormat.of(value(data, "format"))))
                    : Optional.empty();
            Optional<TokenVectors> tokens = data.containsKey("late.model")
                    ? Optional.of(new TokenVectors(
                            value(data, "late.model"),
                            value(data, "late.fingerprint"),
                            Integer.parseInt(value(data, "late.dimensions"))))
                    : Optional.empty();
            return new IndexSettings(bm25, value(data, "splitting"), vectors, tokens);
        } catch (IllegalArgumentException e) {
            throw new IndexException("The settings of \"" + index + "\" are damaged: " + e.getMessage(), e);
        }
    }

    private static String value(Map<String, String> data, String key) {
        return Optional.ofNullable(data.get(key)).orElse("");
    }
}
