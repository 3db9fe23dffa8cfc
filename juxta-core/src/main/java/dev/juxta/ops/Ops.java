package dev.juxta.ops;

import dev.juxta.checkpoint.Weight;
import java.util.List;

/**
 * What a forward pass is written on: few, coarse operations over matrices of packed tokens.
 *
 * <p>Every value is a matrix {@code [rows, width]} of floats. Its rows are the tokens of all sequences of a packed batch
 * end to end (there is no padding), or one row per sequence after {@link #pool}, or the rows of a constant weight.
 *
 * <p>An architecture calls these methods in the order of its paper. {@link Recorder} writes the calls down, so that an
 * engine sees the whole pass before it runs it; an engine that computes at once (autograd, the reference) implements
 * this interface on its own kind of value and lets {@link Program#run} replay the record.
 *
 * @param <V> the engine's handle of a value
 */
public interface Ops<V> {

    /**
     * Looks up a row of {@code table [n, width]} for every token.
     *
     * @return [tokens, width]
     */
    V embedding(Weight table, TokenIndex index);

    /**
     * A weight used as a value, such as the relative position embeddings that every layer projects.
     *
     * @return [n, width], the same for every batch
     */
    V constant(Weight weight);

    /**
     * x·Wᵀ + b, row by row.
     *
     * @param x [rows, in]
     * @return [rows, out]
     */
    V linear(V x, Linear layer);

    /** Applies f to each element: [rows, width] → [rows, width]. */
    V activation(V x, ActivationFunction function);

    /**
     * Normalizes and scales each row, or each run of {@link Norm#width} columns of it, as queries and keys are normalized
     * head by head: [rows, width] → [rows, width].
     */
    V norm(V x, Norm norm);

    /**
     * Multi-head attention within each sequence of the batch.
     *
     * @return [rows of the query, heads × head width of the value]
     */
    V attention(Attention<V> attention);

    /** a + b, element by element; both [rows, width]. */
    V add(V a, V b);

    /**
     * a · b, element by element: the gate of a gated linear unit, or what each row weighs.
     *
     * @param b as many rows as a, and as many columns or one, which then multiplies all of a's
     * @return [rows, width of a]
     */
    V multiply(V a, V b);

    /**
     * The columns {@code from} (inclusive) to {@code to} (exclusive) of x.
     *
     * @return [rows, to − from]
     */
    V columns(V x, int from, int to);

    /**
     * Values side by side, each with the same rows.
     *
     * @return [rows, the sum of their widths]
     */
    V concatenate(List<V> parts);

    /** x · factor, element by element: [rows, width] → [rows, width]. */
    V scale(V x, float factor);

    /**
     * What stands {@code offset} tokens further on in the same sequence, and zeros where nothing does: a convolution over
     * tokens is a product of such neighbours.
     *
     * @param x [tokens, width]
     * @return [tokens, width]
     */
    V shift(V x, int offset);

    /**
     * One row for each sequence.
     *
     * @param x [tokens, width]
     * @return [sequences, width]
     */
    V pool(V x, Pooling pooling);

    /** Divides each row by its Euclidean length (at least 1e-12): [rows, width] → [rows, width]. */
    V normalize(V x);
}
