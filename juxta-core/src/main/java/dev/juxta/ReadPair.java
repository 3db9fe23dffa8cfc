package dev.juxta;

import dev.juxta.text.PairTokenizer.Window;
import java.util.List;

/** A pair as a model reads it, ready to be scored by that model: what a {@link PairReader} gives. Immutable. */
public final class ReadPair {

    private final PairScoring reader;
    private final List<Window> windows;
    private final LongInput onLong;

    /**
     * @param reader by which it was read
     * @param windows its sequences, at least one
     */
    ReadPair(PairScoring reader, List<Window> windows, LongInput onLong) {
        this.reader = reader;
        this.windows = windows;
        this.onLong = onLong;
    }

    /** The tokens that scoring it costs: those of all its sequences, special ones included. */
    public int tokens() {
        return windows.stream().mapToInt(window -> window.pair().length()).sum();
    }

    /** Tokens that were cut off; under {@link LongInput#CHUNK} those of the first window. */
    public int truncated() {
        return windows.get(0).pair().truncated();
    }

    boolean isOf(PairScoring scoring) {
        return reader == scoring;
    }

    List<Window> windows() {
        return windows;
    }

    LongInput onLong() {
        return onLong;
    }
}
