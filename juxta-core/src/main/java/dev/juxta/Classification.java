package dev.juxta;

import java.util.Comparator;
import java.util.List;

/**
 * The classes of one pair.
 *
 * @param classes every label with its probability, likeliest first; of equals the model's first
 * @param score the score that the probabilities were made of
 */
public record Classification(List<LabelProbability> classes, Score score) {

    public Classification {
        classes = classes.stream()
                .sorted(Comparator.comparingDouble(LabelProbability::probability)
                        .reversed())
                .toList();
    }

    /** The likeliest label. */
    public String label() {
        return classes.get(0).label();
    }

    /** Its probability. */
    public double probability() {
        return classes.get(0).probability();
    }

    /**
     * A class and how likely it is.
     *
     * @param label the label's name in the checkpoint
     * @param probability its softmax over all labels, from 0 to 1
     */
    public record LabelProbability(String label, double probability) {}
}
