package dev.juxta.ops;

/** How the distance of a query and a key picks a row of a table of relative positions. */
public interface PositionBuckets {

    /** The number of rows of the table. */
    int count();

    /**
     * The row for a key that stands {@code distance} = query position − key position before the query (negative: after).
     *
     * @return 0 ≤ row &lt; {@link #count()}
     */
    int row(int distance);
}
