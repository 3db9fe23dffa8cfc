package dev.juxta.ops;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Scaled dot-product attention within each sequence (Vaswani et al. 2017, arXiv:1706.03762): for each head,
 * softmax(Q·Kᵀ·scale + bias)·V over the keys that the mask lets through.
 *
 * @param query [tokens, heads × headWidth], or [sequences, heads × headWidth] when {@code queries} selects one token
 * @param key [tokens, keyValueHeads × headWidth]
 * @param value [tokens, keyValueHeads × headWidth]
 * @param heads query heads; a multiple of {@code keyValueHeads}
 * @param keyValueHeads key and value heads (fewer than heads: grouped queries, arXiv:2305.13245)
 * @param scale factor on Q·Kᵀ, usually 1/√headWidth
 * @param mask which keys a query may see
 * @param rotary rotation of queries and keys by their position
 * @param relative bias by where query and key stand
 * @param queries which tokens ask; {@code Queries.ALL} as an architecture writes it, narrowed by {@link RowPruning}
 * @param <V> the engine's handle of a value
 */
public record Attention<V>(
        V query,
        V key,
        V value,
        int heads,
        int keyValueHeads,
        float scale,
        Mask mask,
        Optional<Rotary> rotary,
        Optional<RelativeBias<V>> relative,
        Queries queries) {

    /** Which tokens of a sequence ask. */
    public enum Queries {
        ALL,
        FIRST,
        LAST
    }

    /**
     * Which keys a query at position i may see.
     *
     * @param causal only keys j ≤ i
     * @param window only keys |i − j| ≤ window; {@link #NO_WINDOW} for all
     */
    public record Mask(boolean causal, int window) {
        public static final int NO_WINDOW = Integer.MAX_VALUE;

        /** Every token sees every token of its sequence. */
        public static final Mask FULL = new Mask(false, NO_WINDOW);

        public Mask {
            if (window < 0) {
                throw new IllegalArgumentException("An attention window of " + window + " tokens is less than 0");
            }
        }

        /** The first key that the query at {@code position} sees. */
        public int firstKey(int position) {
            return window == NO_WINDOW ? 0 : Math.max(0, position - window);
        }

        /** One past the last key that the query at {@code position} of {@code length} tokens sees. */
        public int endKey(int position, int length) {
            int end = window == NO_WINDOW ? length : (int) Math.min(length, (long) position + window + 1);
            return causal ? Math.min(end, position + 1) : end;
        }
    }

    /**
     * Rotary positions (Su et al. 2021, arXiv:2104.09864): the pair (x_i, x_{i+d/2}) of a head is turned by
     * position · θ^(−2i/d), or slower where the frequencies are stretched for longer texts.
     *
     * @param theta θ, the base of the frequencies
     * @param stretch how the frequencies of pairs are changed
     */
    public record Rotary(double theta, Optional<Stretch> stretch) {

        /** Frequencies as θ makes them. */
        public Rotary(double theta) {
            this(theta, Optional.empty());
        }

        /** By what the pair {@code i} of a head is turned from one position to the next. */
        public double frequency(int i, int headWidth) {
            double frequency = Math.pow(theta, -2.0 * i / headWidth);
            return stretch.isPresent() ? frequency * stretch.get().factors().get(i) : frequency;
        }

        /** By what queries and keys are multiplied, besides. */
        public double magnitude() {
            return stretch.map(Stretch::magnitude).orElse(1.0);
        }
    }

    /**
     * Stretched frequencies.
     *
     * @param factors of each pair of a head, [headWidth / 2]
     * @param magnitude by what queries and keys are multiplied
     */
    public record Stretch(List<Double> factors, double magnitude) {

        public Stretch {
            factors = List.copyOf(factors);
        }
    }

    /** Attention in which every token of a sequence sees every other. */
    public static <V> Attention<V> full(V query, V key, V value, int heads, int headWidth) {
        float scale = (float) (1 / Math.sqrt(headWidth));
        return new Attention<>(
                query, key, value, heads, heads, scale, Mask.FULL, Optional.empty(), Optional.empty(), Queries.ALL);
    }

    /** The same attention with another factor on Q·Kᵀ. */
    public Attention<V> scaledBy(float factor) {
        return new Attention<>(query, key, value, heads, keyValueHeads, factor, mask, rotary, relative, queries);
    }

    /** The same attention with a bias by where query and key stand. */
    public Attention<V> with(RelativeBias<V> bias) {
        return new Attention<>(
                query, key, value, heads, keyValueHeads, scale, mask, rotary, Optional.of(bias), queries);
    }

    /** The same attention with each of its values replaced. */
    public <W> Attention<W> map(Function<? super V, ? extends W> replace) {
        return new Attention<>(
                replace.apply(query),
                replace.apply(key),
                replace.apply(value),
                heads,
                keyValueHeads,
                scale,
                mask,
                rotary,
                relative.map(bias -> bias.map(replace)),
                queries);
    }

    /** The same attention, asked by {@code selected}, whose rows are one token per sequence. */
    public Attention<V> narrowedTo(V selected, Queries which) {
        return new Attention<>(selected, key, value, heads, keyValueHeads, scale, mask, rotary, relative, which);
    }
}
