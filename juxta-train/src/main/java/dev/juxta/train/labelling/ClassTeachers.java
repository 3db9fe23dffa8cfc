package dev.juxta.train.labelling;

import dev.juxta.Score;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Teachers of classes, such as those of natural language inference. The label is the class with the highest mean
 * probability, which is the confidence.
 */
public final class ClassTeachers extends Teachers {

    private final List<List<String>> names;

    /**
     * @param names the classes of each teacher in its order; the first one's order counts
     * @throws IllegalArgumentException if they do not have the same classes
     */
    public ClassTeachers(List<? extends Scorer> members, List<List<String>> names) {
        super(members);
        this.names = names.stream()
                .map(list ->
                        list.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList())
                .toList();
        for (List<String> other : this.names) {
            if (other.size() < 2 || other.size() != classes().size() || !other.containsAll(classes())) {
                throw new IllegalArgumentException(
                        "Teachers of classes have the same two or more, and these have " + names);
            }
        }
    }

    /** The classes by their numbers, in lower case. */
    public List<String> classes() {
        return names.get(0);
    }

    @Override
    public List<SilverLabel> label(List<TextPair> pairs) {
        List<List<Score>> scores = scores(pairs);
        List<SilverLabel> labels = new ArrayList<>();
        for (int pair = 0; pair < pairs.size(); pair++) {
            double[] mean = new double[classes().size()];
            for (int teacher = 0; teacher < size(); teacher++) {
                double[] probabilities = softmax(scores.get(teacher).get(pair).logits());
                for (int i = 0; i < mean.length; i++) {
                    int own = names.get(teacher).indexOf(classes().get(i));
                    mean[i] += probabilities[own] / size();
                }
            }
            int best = 0;
            for (int i = 1; i < mean.length; i++) {
                best = mean[i] > mean[best] ? i : best;
            }
            labels.add(new SilverLabel(best, OptionalDouble.of(mean[best])));
        }
        return labels;
    }

    private static double[] softmax(List<Float> logits) {
        double most = logits.stream().mapToDouble(Float::doubleValue).max().orElse(0);
        double[] powers =
                logits.stream().mapToDouble(logit -> Math.exp(logit - most)).toArray();
        double sum = 0;
        for (double power : powers) {
            sum += power;
        }
        for (int i = 0; i < powers.length; i++) {
            powers[i] /= sum;
        }
        return powers;
    }
}
