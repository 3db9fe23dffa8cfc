package dev.juxta.search;

import java.util.List;

/** Makes a vector of each token of a text, of unit length and with finite numbers only. Thread-safe. */
public interface TokenEmbedder extends IndexedModel {

    /** Vectors of passages, in their order: [passages][tokens that are compared, dimensions]; there may be no such token. */
    List<float[][]> documents(List<String> texts);

    /** The vectors of a question, [tokens, dimensions], at least one. */
    float[][] query(String text);
}
