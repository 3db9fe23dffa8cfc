package dev.juxta;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Two scorers as one: a cheap one for all pairs, and a dear one for the best of each query (those with the same first text,
 * in one call). What the dear one does not see keeps the cheap one's score, but one below the least that the dear one gave
 * for that query, so the order within a query is that of the dear one first and of the cheap one behind it. The scores
 * are on one scale if both scorers' are, as where both are calibrated.
 */
public final class Cascade implements Scorer {

    private static final Comparator<Score> BY_LOGIT = Comparator.comparingDouble(Score::logit);

    private final Scorer cheap;
    private final Scorer dear;
    private final Keep keep;

    /**
     * How many of a query's pairs go on.
     *
     * @param share of its pairs, above 0 and at most 1, rounded up
     * @param least but so many, if it has them; at least 1
     */
    public record Keep(double share, int least) {

        public Keep {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("A cascade keeps a share above 0 and at most 1, not " + share);
            }
            if (least < 1) {
                throw new IllegalArgumentException("A cascade keeps at least 1 pair, not " + least);
            }
        }

        int of(int pairs) {
            return Math.min(pairs, Math.max(least, (int) Math.ceil(share * pairs)));
        }
    }

    /**
     * @param cheap with one label; is left open
     * @param dear with one label; is left open
     */
    public Cascade(Scorer cheap, Scorer dear, Keep keep) {
        this.cheap = cheap;
        this.dear = dear;
        this.keep = keep;
    }

    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
        Collection<List<Integer>> queries = TextPair.byFirst(pairs);
        int again = queries.stream().mapToInt(query -> keep.of(query.size())).sum();
        if (again == pairs.size()) {
            return dear.score(pairs, options); // all would go on
        }
        Steps steps = new Steps(options, pairs.size(), pairs.size() + again);
        List<Score> first = cheap.score(pairs, steps.after(0));
        Comparator<Integer> best = Comparator.comparing(first::get, BY_LOGIT).reversed();
        List<Integer> kept = new ArrayList<>(again); // a query's beside each other
        for (List<Integer> query : queries) {
            query.sort(best);
            kept.addAll(query.subList(0, keep.of(query.size())));
        }
        List<Score> second = dear.score(kept.stream().map(pairs::get).toList(), steps.after(pairs.size()));
        List<Score> result = new ArrayList<>(first);
        int at = 0;
        for (List<Integer> query : queries) {
            int size = keep.of(query.size());
            List<Score> seen = second.subList(at, at + size);
            at += size;
            Score least = seen.stream().min(BY_LOGIT).orElseThrow();
            float ceiling = Math.nextDown(least.logit());
            for (int i = 0; i < query.size(); i++) {
                int pair = query.get(i);
                if (i < size) {
                    result.set(pair, seen.get(i));
                } else if (first.get(pair).logit() > ceiling) {
                    result.set(pair, with(ceiling, least.value(), first.get(pair)));
                    ceiling = Math.nextDown(ceiling);
                }
            }
        }
        return List.copyOf(result);
    }

    private static Score with(float logit, float value, Score of) {
        return new Score(List.of(logit), List.of(value), of.label(), of.tokens(), of.truncated(), of.span());
    }

    /** Nothing of its own to free. */
    @Override
    public void close() {
        // both scorers belong to whoever opened them
    }

    /**
     * What is told of two passes as of one.
     *
     * @param pairs what the caller takes for all
     * @param steps what there is to score
     */
    private record Steps(ScoreOptions options, int pairs, int steps) {

        ScoreOptions after(int before) {
            return options.withProgress(
                    done -> options.progress().accept((int) ((long) (before + done) * pairs / steps)));
        }
    }
}
