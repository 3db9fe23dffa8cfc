package dev.juxta;

import dev.juxta.PairScoring.Asked;
import dev.juxta.text.PairTokenizer.First;
import dev.juxta.text.PairTokenizer.Window;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Reads pairs ahead of their scoring, for whoever decides himself which pairs are scored together, such as a server whose
 * callers share batches. It reads on the thread that calls it, which may be another each time but one at a time. A first
 * text that goes on from one call to the next is tokenized once.
 */
public final class PairReader {

    private final PairScoring scoring;
    private final Lifetime lifetime;
    private final Reader how;
    private Map<String, First> known = Map.of();
    private int read;

    /**
     * How pairs are read.
     *
     * @param loop does it
     */
    record Reader(Asked asked, Loop loop) {}

    /** Runs a task for 0, 1, … count − 1, in any order. */
    interface Loop {
        void forEach(int count, IntConsumer task);
    }

    PairReader(PairScoring scoring, Lifetime lifetime, Asked asked) {
        this.scoring = scoring;
        this.lifetime = lifetime;
        this.how = new Reader(asked, (count, task) -> IntStream.range(0, count).forEach(task));
    }

    /**
     * Reads further pairs.
     *
     * @return one per pair, in their order
     * @throws UnreadableTextException if a pair has no tokens, or if {@link LongInput#FAIL} is asked for and it is too long
     * @throws IllegalStateException after the model was closed
     */
    public List<ReadPair> read(List<TextPair> pairs) {
        Supplier<List<ReadPair>> reading = () -> {
            known = scoring.firsts(pairs, how, known);
            List<List<Window>> all = scoring.windows(pairs, known, how, read);
            if (read == 0) { // the first ones are sample enough
                scoring.observe(pairs, all, how.asked.prompt());
            }
            return all.stream()
                    .map(windows -> new ReadPair(scoring, windows, how.asked.onLong()))
                    .toList();
        };
        List<ReadPair> result = lifetime.whileOpen(reading);
        read += pairs.size();
        return result;
    }
}
