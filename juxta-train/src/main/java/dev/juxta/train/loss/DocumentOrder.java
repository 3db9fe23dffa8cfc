package dev.juxta.train.loss;

import java.util.Comparator;
import java.util.stream.IntStream;

/** In which order a list's documents are taken. */
public enum DocumentOrder {
    /** as they stand, the most relevant first */
    GIVEN {
        @Override
        int[] of(ScoredLists batch, int list) {
            return IntStream.range(batch.offsets()[list], batch.offsets()[list + 1])
                    .toArray();
        }
    },
    /** by label, the largest first; equal ones as they stand */
    LABELS {
        @Override
        int[] of(ScoredLists batch, int list) {
            return descending(batch.labels(), batch, list);
        }
    };

    /** The places of a list's scores in the batch, in this order. */
    abstract int[] of(ScoredLists batch, int list);

    /** The places of a list's scores, by {@code values}, the largest first. */
    static int[] descending(float[] values, ScoredLists batch, int list) {
        return IntStream.range(batch.offsets()[list], batch.offsets()[list + 1])
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -values[i]))
                .mapToInt(i -> i)
                .toArray();
    }
}
