package dev.juxta;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Documents, best first, by logit; of equals the one given first. It is an unmodifiable list of its results, and knows
 * what a latency budget left out.
 */
public final class Ranking extends AbstractList<Ranked> implements RandomAccess {

    private final List<Ranked> results;
    private final int scored;
    private final int candidates;

    Ranking(List<Ranked> results, int scored, int candidates) {
        this.results = List.copyOf(results);
        this.scored = scored;
        this.candidates = candidates;
    }

    @Override
    public Ranked get(int index) {
        return results.get(index);
    }

    @Override
    public int size() {
        return results.size();
    }

    /** How many documents were given. */
    public int candidates() {
        return candidates;
    }

    /**
     * How many documents the latency budget left unscored: the last ones of those given. They are in no place of the
     * ranking.
     */
    public int unscored() {
        return candidates - scored;
    }
}
