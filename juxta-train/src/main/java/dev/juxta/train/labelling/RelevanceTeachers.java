package dev.juxta.train.labelling;

import dev.juxta.Score;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Teachers of relevance. One gives its logits (a bi-encoder its similarities); of several, whose scales differ, each one's
 * are brought to mean 0 and deviation 1 over a sample, and the mean is taken. Several are sure where they agree, by
 * 1 / (1 + s) with s the deviation among them; one is sure, if its scores are probabilities v, by max(v, 1 − v).
 */
public final class RelevanceTeachers extends Teachers {

    private final boolean probabilities;
    private final List<Scale> scales = new ArrayList<>();

    private record Scale(double mean, double deviation) {}

    /**
     * @param probabilities whether the values of a single teacher are
     * @param sample pairs by which several are brought to one scale, such as the first of those to be labelled
     */
    public RelevanceTeachers(List<? extends Scorer> members, boolean probabilities, List<TextPair> sample) {
        super(members);
        this.probabilities = probabilities && members.size() == 1;
        if (members.size() == 1) {
            return;
        }
        for (List<Score> scores : scores(sample)) {
            double mean = scores.stream().mapToDouble(Score::logit).average().orElse(0);
            double variance = scores.stream()
                    .mapToDouble(score -> (score.logit() - mean) * (score.logit() - mean))
                    .average()
                    .orElse(0);
            scales.add(new Scale(mean, variance > 0 ? Math.sqrt(variance) : 1));
        }
    }

    @Override
    public List<SilverLabel> label(List<TextPair> pairs) {
        List<List<Score>> scores = scores(pairs);
        List<SilverLabel> labels = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            labels.add(size() == 1 ? alone(scores.get(0).get(i)) : together(scores, i));
        }
        return labels;
    }

    private SilverLabel alone(Score score) {
        double value = score.value();
        return new SilverLabel(
                score.logit(), probabilities ? OptionalDouble.of(Math.max(value, 1 - value)) : OptionalDouble.empty());
    }

    private SilverLabel together(List<List<Score>> scores, int pair) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < size(); i++) {
            double z = (scores.get(i).get(pair).logit() - scales.get(i).mean) / scales.get(i).deviation;
            sum += z;
            squares += z * z;
        }
        double mean = sum / size();
        double deviation = Math.sqrt(Math.max(0, squares / size() - mean * mean));
        return new SilverLabel(mean, OptionalDouble.of(1 / (1 + deviation)));
    }
}
