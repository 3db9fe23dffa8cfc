package dev.juxta.search;

import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Several scorers as one: the mean of what they say. As they do not speak on one scale, what each says is first compared
 * within the pairs of one query (those with the same first text, in one call), so the result is for ranking only.
 */
public final class Ensemble implements Scorer {

    /** What is averaged. */
    public enum Mean {
        /** scores, brought to 0 (a query's least) … 1 (its largest) */
        SCORES,
        /** ranks, brought to 0 (a query's last) … 1 (its first); equal scores share their rank */
        RANKS
    }

    private final List<Scorer> members;
    private final Mean mean;

    /** @param members with one label each; they are left open */
    public Ensemble(List<Scorer> members, Mean mean) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("An ensemble has at least one member");
        }
        this.members = List.copyOf(members);
        this.mean = mean;
    }

    @Override
    public List<Score> score(List<TextPair> pairs, ScoreOptions options) {
        double[] sums = new double[pairs.size()];
        int[] tokens = new int[pairs.size()];
        int[] truncated = new int[pairs.size()];
        for (int member = 0; member < members.size(); member++) {
            int before = member;
            List<Score> scores = members.get(member)
                    .score(
                            pairs,
                            options.withProgress(done ->
                                    options.progress().accept((before * pairs.size() + done) / members.size())));
            double[] normalised = normalised(pairs, scores);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += normalised[i];
                tokens[i] = Math.max(tokens[i], scores.get(i).tokens());
                truncated[i] = Math.max(truncated[i], scores.get(i).truncated());
            }
        }
        List<Score> result = new ArrayList<>(pairs.size());
        for (int i = 0; i < sums.length; i++) {
            float value = (float) (sums[i] / members.size());
            result.add(new Score(
                    List.of(value), List.of(value), Optional.empty(), tokens[i], truncated[i], Optional.empty()));
        }
        return List.copyOf(result);
    }

    private double[] normalised(List<TextPair> pairs, List<Score> scores) {
        double[] result = new double[pairs.size()];
        for (List<Integer> query : TextPair.byFirst(pairs)) {
            double[] logits =
                    query.stream().mapToDouble(i -> scores.get(i).logit()).toArray();
            double[] scaled = scaled(mean == Mean.SCORES ? logits : ranks(logits));
            for (int i = 0; i < scaled.length; i++) {
                result[query.get(i)] = scaled[i];
            }
        }
        return result;
    }

    private static double[] scaled(double[] values) {
        double least = Arrays.stream(values).min().orElse(0);
        double range = Arrays.stream(values).max().orElse(0) - least;
        return Arrays.stream(values)
                .map(value -> range == 0 ? 1 : (value - least) / range)
                .toArray();
    }

    /** How many values are smaller, and half of those that are equal. */
    private static double[] ranks(double[] values) {
        List<Integer> order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .toList();
        double[] ranks = new double[values.length];
        for (int from = 0; from < ranks.length; ) {
            int to = from + 1;
            while (to < ranks.length && values[order.get(to)] == values[order.get(from)]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order.get(i)] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    /** Nothing of its own to free. */
    @Override
    public void close() {
        // the members belong to whoever opened them
    }
}
