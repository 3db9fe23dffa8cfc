package dev.juxta.search;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;

/**
 * How vectors are kept for the graph search (HNSW, Malkov and Yashunin 2018, arXiv:1603.09320). The floats stay on disk
 * in every format; the smaller ones are what is held in memory and compared.
 */
public enum VectorFormat {
    FLOAT,
    /** a byte a dimension, of which 7 bits are used */
    INT8,
    /** half a byte a dimension */
    INT4;

    /** M: edges of a node. */
    private static final int EDGES = 16;

    /** efConstruction: candidates among which a new node's edges are chosen. */
    private static final int BUILD_WIDTH = 100;

    private static final int BITS_OF_INT8 = 7;
    private static final int BITS_OF_INT4 = 4;

    KnnVectorsFormat lucene() {
        return switch (this) {
            case FLOAT -> new Lucene99HnswVectorsFormat(EDGES, BUILD_WIDTH);
            case INT8 ->
                new Lucene99HnswScalarQuantizedVectorsFormat(EDGES, BUILD_WIDTH, 1, BITS_OF_INT8, false, null, null);
            case INT4 ->
                new Lucene99HnswScalarQuantizedVectorsFormat(EDGES, BUILD_WIDTH, 1, BITS_OF_INT4, true, null, null);
        };
    }

    /**
     * Reads {@code float}, {@code int8} or {@code int4}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static VectorFormat of(String name) {
        return Arrays.stream(values())
                .filter(format -> format.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is not one of "
                        + Arrays.stream(values()).map(VectorFormat::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
