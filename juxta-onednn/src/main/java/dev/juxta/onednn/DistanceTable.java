package dev.juxta.onednn;

import dev.juxta.ops.PositionBuckets;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of relative positions, unrolled: one row for each distance instead of each bucket, so that the rows that some
 * queries and keys need lie behind each other. It grows with the sequences that are met, to twice what is needed.
 */
final class DistanceTable implements Resource {

    private static final int FIRST_REACH = 144;

    private final float[] table; // [buckets, width]
    private final int width;
    private final PositionBuckets buckets;
    private final NumberType type;
    private final boolean descending;
    private final List<Region> regions = new ArrayList<>();
    private volatile Unrolled unrolled;

    /**
     * @param reach the largest distance, either way, that has a row
     * @param rows [2 · reach + 1, width]
     */
    private record Unrolled(int reach, Region rows) {}

    /**
     * @param table [buckets, width]
     * @param descending whether a row's distance is smaller than that of the row before
     */
    DistanceTable(float[] table, PositionBuckets buckets, NumberType type, boolean descending) {
        this.table = table;
        this.width = table.length / buckets.count();
        this.buckets = buckets;
        this.type = type;
        this.descending = descending;
        this.unrolled = unroll(FIRST_REACH);
    }

    /** Where the rows of the distances from {@code least} to {@code most} begin: with the least, or where they descend the most. */
    long address(int least, int most) {
        int needed = Math.max(Math.abs(least), Math.abs(most));
        Unrolled known = unrolled;
        if (needed > known.reach) {
            known = grown(needed);
        }
        long row = descending ? known.reach - most : known.reach + least;
        return known.rows.address() + row * width * type.bytes();
    }

    private synchronized Unrolled grown(int needed) {
        if (needed > unrolled.reach) {
            unrolled = unroll(2 * needed);
        }
        return unrolled;
    }

    /** Other threads may still read the smaller tables, so these live on. */
    private Unrolled unroll(int reach) {
        float[] rows = new float[(2 * reach + 1) * width];
        for (int row = 0; row <= 2 * reach; row++) {
            int distance = descending ? reach - row : row - reach;
            System.arraycopy(table, buckets.row(distance) * width, rows, row * width, width);
        }
        Region region = type == NumberType.F32 ? Region.of(rows) : Region.of(NumberTypes.toBf16Bytes(rows));
        regions.add(region);
        return new Unrolled(reach, region);
    }

    @Override
    public synchronized void close() {
        regions.forEach(Region::close);
    }
}
