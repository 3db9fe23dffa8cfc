package dev.juxta.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.ops.PositionBuckets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The borders of the buckets, where one rounding more would move a distance, against the reference's own. */
class RelativePositionsTest {

    /** The rows of all distances within the span. */
    private static int[] rows(PositionBuckets buckets, int span) {
        return IntStream.range(-span + 1, span).map(buckets::row).toArray();
    }

    @Test
    void debertaV3HasTheReferencesBuckets() {
        int[] rows = rows(new DebertaPositions.Buckets(256, 128, 512), 512);
        assertThat(rows[511]).isEqualTo(256);
        assertThat(rows[511 + 128]).isEqualTo(256 + 128);
        assertThat(rows[511 + 129]).isEqualTo(256 + 129);
        assertThat(rows[511 + 511]).isEqualTo(511);
        assertThat(rows[0]).isEqualTo(1);
        assertThat(rows).isSorted();
        assertThat(IntStream.of(rows).distinct().count()).isEqualTo(511);
        assertThat(IntStream.of(rows).asLongStream().map(row -> row * row).sum())
                .isEqualTo(102016118);
    }

    @Test
    void mpnetHasTheReferencesBuckets() {
        int[] rows = rows(new MpNet.Distances(32), 600);
        assertThat(borders(rows))
                .containsExactly(
                        -90, -63, -45, -31, -22, -15, -11, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12,
                        16, 23, 32, 46, 64, 91);
    }

    /** The distances at which another row begins. */
    private static int[] borders(int[] rows) {
        int span = rows.length / 2;
        return IntStream.range(1, rows.length)
                .filter(i -> rows[i] != rows[i - 1])
                .map(i -> i - span)
                .toArray();
    }
}
