package dev.juxta.onednn;

/**
 * The numbers of rows that kernels are compiled for. Compiling takes about a millisecond, so row counts are rounded up
 * to a few; the rows beyond are computed in vain, over memory kept free for them.
 */
final class Rows {

    /**
     * Rows that a chain of row-wise steps takes at a time: few enough that what passes between them stays in cache, and
     * enough that the weights are worth reading. Measured with 1 MiB of second-level cache and 512 KiB, as processors with
     * AVX-512 and with AVX2 alone mostly have.
     */
    static final int TILE = Natives.hasAvx512() ? 256 : 128;

    /** Shares of a chunk begin at multiples of this, so that one's rounded-up rows never reach into the next. */
    static final int GRAIN = 16;

    /** Rows kept free behind the last one of every buffer. */
    static final int SLACK = 64;

    private Rows() {}

    /** The rows computed when {@code rows} are needed, in a row-wise step. */
    static int padded(int rows) {
        if (rows <= 4) {
            return 4;
        }
        return rows <= 8 ? 8 : roundUp(rows, GRAIN);
    }

    /** The length computed with when an attention looks at {@code length} tokens. */
    static int paddedLength(int length) {
        if (length <= 128) {
            return roundUp(length, GRAIN);
        }
        return roundUp(length, length <= 512 ? 2 * GRAIN : SLACK);
    }

    static int roundUp(int number, int multiple) {
        return (number + multiple - 1) / multiple * multiple;
    }
}
