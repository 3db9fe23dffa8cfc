package dev.juxta.train.labelling;

import dev.juxta.Score;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Teachers of how alike two texts are. Likeness has no direction, so each reads a pair both ways round; the label is the
 * mean of all values, cut to 0 … 1, and what they differ by at the most is missing from their confidence.
 */
public final class SimilarityTeachers extends Teachers {

    /** Each with one label. */
    public SimilarityTeachers(List<? extends Scorer> members) {
        super(members);
    }

    @Override
    public List<SilverLabel> label(List<TextPair> pairs) {
        List<List<Score>> views = new ArrayList<>(scores(pairs));
        views.addAll(scores(pairs.stream()
                .map(pair -> new TextPair(pair.second(), pair.first()))
                .toList()));
        List<SilverLabel> labels = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            int pair = i;
            double[] values = views.stream()
                    .mapToDouble(view -> Math.max(0, Math.min(1, view.get(pair).value())))
                    .sorted()
                    .toArray();
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            labels.add(new SilverLabel(
                    sum / values.length, OptionalDouble.of(1 - (values[values.length - 1] - values[0]))));
        }
        return labels;
    }
}
