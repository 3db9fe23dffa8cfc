package dev.juxta.server;

import dev.juxta.LongInput;
import dev.juxta.Occlusion;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.server.dialect.Scored;
import dev.juxta.server.model.PairsToScore;
import dev.juxta.server.queue.Done;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Which parts of the best documents carry their scores: all their pairs without a part go through the queue as one work,
 * which is admitted, or refused, by its tokens like any other.
 *
 * @param whole what is explained
 * @param most how many of the best
 */
record Explanation(Scored whole, int most) {

    /**
     * The same scores with explanations.
     *
     * @param scoring scores pairs
     */
    CompletableFuture<Scored> of(Function<PairsToScore, CompletableFuture<Done<Score>>> scoring) {
        Map<Integer, Occlusion> occlusions = new LinkedHashMap<>();
        for (int index : whole.order(OptionalInt.of(most))) {
            occlusions.put(index, Occlusion.of(whole.pairs().get(index), whole.score(index)));
        }
        List<TextPair> pairs = occlusions.values().stream()
                .flatMap(occlusion -> occlusion.pairs().stream())
                .toList();
        PairsToScore asked =
                new PairsToScore(pairs, LongInput.TRUNCATE, whole.asked().maxLength());
        return scoring.apply(asked).thenApply(done -> whole.with(parts(occlusions, done.results())));
    }

    private Map<Integer, List<Occlusion.Part>> parts(Map<Integer, Occlusion> occlusions, List<Score> without) {
        Map<Integer, List<Occlusion.Part>> parts = new LinkedHashMap<>();
        int from = 0;
        for (Map.Entry<Integer, Occlusion> one : occlusions.entrySet()) {
            int to = from + one.getValue().pairs().size();
            parts.put(one.getKey(), one.getValue().parts(whole.score(one.getKey()), without.subList(from, to)));
            from = to;
        }
        return parts;
    }
}
