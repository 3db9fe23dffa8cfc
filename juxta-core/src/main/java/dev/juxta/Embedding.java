package dev.juxta;

/**
 * The vector of a text. It is not copied; whoever has it may change it.
 *
 * @param vector [dimensions], all finite
 * @param tokens tokens that the model read, special ones and the prompt included
 * @param truncated tokens that were cut off; 0 if it read everything
 */
public record Embedding(float[] vector, int tokens, int truncated) {}
