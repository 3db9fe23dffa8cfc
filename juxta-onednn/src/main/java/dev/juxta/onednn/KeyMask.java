package dev.juxta.onednn;

import java.nio.FloatBuffer;

/**
 * The row that is added to attention scores to take out the keys behind a sequence's end: zeros, then hugely negative
 * numbers. One array serves every length, read from another place.
 */
final class KeyMask {

    /** Far below any score; not infinite, as infinity times zero is not a number. */
    static final float HIDDEN = -1e30f;

    private KeyMask() {}

    /** The address of {@code padded} numbers of which the first {@code length} are 0. */
    static long address(GrowingRegion region, int length, int padded) {
        long visible = Math.max(Rows.roundUp(length, 512), length);
        long bytes = (visible + Rows.SLACK) * Float.BYTES;
        if (region.bytes() < bytes) {
            FloatBuffer numbers = Region.floats(region.address(bytes), visible + Rows.SLACK);
            numbers.position(Math.toIntExact(visible));
            for (int i = 0; i < Rows.SLACK; i++) {
                numbers.put(HIDDEN);
            }
        } else {
            visible = region.bytes() / Float.BYTES - Rows.SLACK;
        }
        if (padded - length > Rows.SLACK) {
            throw new IllegalArgumentException("A length of " + length + " is padded to " + padded);
        }
        return region.address(bytes) + (visible - length) * Float.BYTES;
    }
}
