package dev.juxta.server.dialect;

import dev.juxta.LongInput;
import dev.juxta.Occlusion;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.model.OutputActivation;
import dev.juxta.server.model.PairsToScore;
import dev.juxta.server.model.ServedModel;
import dev.juxta.server.queue.Done;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Scores, in the order of their pairs.
 *
 * @param model that gave them
 * @param asked the pairs that were scored, and how
 * @param done the scores, and where the time went
 * @param detailed whether the client asked to be told more than its dialect does
 * @param explanations of pairs, by their index: the parts of their second texts
 */
public record Scored(
        ServedModel model,
        PairsToScore asked,
        Done<Score> done,
        boolean detailed,
        Map<Integer, List<Occlusion.Part>> explanations) {

    public Scored {
        explanations = Map.copyOf(explanations);
    }

    /** The same, with explanations. */
    public Scored with(Map<Integer, List<Occlusion.Part>> reasons) {
        return new Scored(model, asked, done, detailed, reasons);
    }

    /** The pairs that were scored. */
    public List<TextPair> pairs() {
        return asked.pairs();
    }

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
        return IntStream.range(0, pairs().size())
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
        if (detailed) {
            more(result.putObject("juxta").put("value", value(index)), index);
        }
    }

    /** What is known of a pair beside its value. Parts of texts are {@code [begin, end]} in code points. */
    void more(ObjectNode object, int index) {
        Score score = score(index);
        object.put("logit", score.logit());
        if (model.info().calibrated()) {
            object.put("probability", unit(index));
        }
        object.put("tokens", score.tokens()).put("truncated", score.truncated());
        String text = pairs().get(index).second();
        score.span().ifPresent(span -> {
            put(object.putArray("span"), text, span.begin(), span.end());
            if (asked.onLong() != LongInput.CHUNK) {
                unread(object.putArray("unread"), text, span);
            }
        });
        List<Occlusion.Part> parts = explanations.get(index);
        if (parts != null) {
            ArrayNode all = object.putArray("parts");
            for (Occlusion.Part part : parts) {
                ObjectNode one = all.addObject();
                put(one.putArray("span"), text, part.span().begin(), part.span().end());
                one.put("weight", part.weight());
            }
        }
    }

    /** What is before and after the part that was read. */
    private static void unread(ArrayNode ranges, String text, Score.Span read) {
        if (read.begin() > 0) {
            put(ranges.addArray(), text, 0, read.begin());
        }
        if (read.end() < text.length()) {
            put(ranges.addArray(), text, read.end(), text.length());
        }
    }

    private static void put(ArrayNode range, String text, int begin, int end) {
        range.add(text.codePointCount(0, begin)).add(text.codePointCount(0, end));
    }
}
