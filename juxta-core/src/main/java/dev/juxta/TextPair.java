package dev.juxta;

/**
 * Two texts to be judged together.
 *
 * @param first the query, premise or first sentence; a prompt is put before this one
 * @param second the document, hypothesis or second sentence
 */
public record TextPair(String first, String second) {}
