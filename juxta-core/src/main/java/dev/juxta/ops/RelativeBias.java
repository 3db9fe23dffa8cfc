package dev.juxta.ops;

import java.util.Optional;
import java.util.function.Function;

/**
 * What is added to the product of a query and a key according to where they stand.
 *
 * @param <V> the engine's handle of a value
 */
public sealed interface RelativeBias<V> {

    /** The same bias with each of its values replaced. */
    <W> RelativeBias<W> map(Function<? super V, ? extends W> replace);

    /**
     * One learned number per bucket and head, as in T5 and MPNet; added after scaling.
     *
     * @param table [buckets, heads]
     * @param buckets how a distance becomes a row of the table
     */
    record Learned<V>(V table, PositionBuckets buckets) implements RelativeBias<V> {
        @Override
        public <W> RelativeBias<W> map(Function<? super V, ? extends W> replace) {
            return new Learned<>(replace.apply(table), buckets);
        }
    }

    /**
     * Disentangled attention (He et al. 2020, arXiv:2006.03654): content-to-position Q_i·K^r_δ(i,j) and
     * position-to-content K_j·Q^r_δ(j,i), where δ is the bucket; added before scaling.
     *
     * @param positionKey K^r [buckets, heads × headWidth]; empty without the c2p term
     * @param positionQuery Q^r [buckets, heads × headWidth]; empty without the p2c term
     * @param buckets how a distance becomes a row of the tables
     */
    record Disentangled<V>(Optional<V> positionKey, Optional<V> positionQuery, PositionBuckets buckets)
            implements RelativeBias<V> {
        @Override
        public <W> RelativeBias<W> map(Function<? super V, ? extends W> replace) {
            return new Disentangled<>(positionKey.map(replace), positionQuery.map(replace), buckets);
        }
    }

    /**
     * How far each head looks from one text into the other: a learned number that is added, after scaling, where the
     * segments of query and key differ. Far below zero the texts are strangers, at zero they are one.
     *
     * @param openness [2, heads]: of queries of segment 0, and of those of other segments
     */
    record AcrossTexts<V>(V openness) implements RelativeBias<V> {

        /** The row of {@code openness} for a query. */
        public static int row(int querySegment) {
            return querySegment == 0 ? 0 : 1;
        }

        @Override
        public <W> RelativeBias<W> map(Function<? super V, ? extends W> replace) {
            return new AcrossTexts<>(replace.apply(openness));
        }
    }
}
