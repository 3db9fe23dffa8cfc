package dev.juxta.server.dialect;

import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.model.OutputActivation;
import dev.juxta.server.model.ServedModel;
import dev.juxta.server.queue.Done;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Scores, in the order of their pairs.
 *
 * @param model that gave them
 * @param pairs that were scored
 * @param done the scores, and where the time went
 * @param detailed whether the client asked to be told more than its dialect does
 */
public record Scored(ServedModel model, List<TextPair> pairs, Done<Score> done, boolean detailed) {

    /** The score of a pair. */
    public Score score(int index) {
        return done.results().get(index);
    }

    /** The value of a pair after the activation of its checkpoint. */
    public float value(int index) {
        return score(index).value();
    }

    /** The value of a pair from 0 to 1: the sigmoid of its logit, whatever the activation of the checkpoint. */
    public float unit(int index) {
        return OutputActivation.SIGMOID.apply(new float[] {score(index).logit()})[0];
    }

    /** The indexes of pairs, best first, ties by index. */
    public List<Integer> order(OptionalInt most) {
        return IntStream.range(0, pairs.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> score(i).logit())
                        .reversed()
                        .thenComparingInt(i -> i))
                .limit(most.orElse(Integer.MAX_VALUE))
                .toList();
    }

    /** Tokens that the model read. */
    public long tokens() {
        return done.results().stream().mapToLong(Score::tokens).sum();
    }

    /** Tokens that were cut off. */
    public long truncated() {
        return done.results().stream().mapToLong(Score::truncated).sum();
    }

    /** Tells more of a pair, under a name that no dialect has, if the client asked for it. */
    public void detail(ObjectNode result, int index) {
        if (!detailed) {
            return;
        }
        ObjectNode more = result.putObject("juxta");
        Score score = score(index);
        more.put("logit", score.logit());
        more.put("value", score.value());
        more.put("tokens", score.tokens());
        more.put("truncated", score.truncated());
        String text = pairs.get(index).second();
        score.span()
                .ifPresent(span -> more.putArray("span")
                        .add(text.codePointCount(0, span.begin()))
                        .add(text.codePointCount(0, span.end())));
    }
}
