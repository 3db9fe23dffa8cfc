package dev.juxta.train;

import dev.juxta.checkpoint.Weight;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The mean of the weights before and after a training (Wortsman et al. 2021, arXiv:2109.01903). */
final class BaseShare {

    private BaseShare() {}

    /**
     * Each learned weight, drawn towards what it was.
     *
     * @param share from 0, for what was learned, to 1, for what was there before
     * @param began the weights before the training, among them all that were learned
     */
    static List<Weight> keep(double share, Collection<Weight> began, List<Weight> learned) {
        if (share == 0) {
            return learned;
        }
        Map<String, Weight> before =
                began.stream().collect(Collectors.toMap(Weight::name, Function.identity(), (one, same) -> one));
        return learned.stream()
                .map(weight -> mean(share, Objects.requireNonNull(before.get(weight.name())), weight))
                .toList();
    }

    private static Weight mean(double share, Weight before, Weight learned) {
        float[] values = learned.toFloats();
        float[] old = before.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (share * (old[i] - values[i]));
        }
        return Weight.of(
                learned.name(),
                values,
                learned.shape().stream().mapToInt(i -> i).toArray());
    }
}
