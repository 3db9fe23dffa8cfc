package dev.juxta.train.loss;

import java.util.List;
import java.util.stream.Collectors;

/** The losses by name, with their customary settings. */
public final class Losses {

    private static final List<Loss> STANDARD = List.of(
            new BinaryCrossEntropy(1),
            new CrossEntropy(),
            new MeanSquaredError(),
            new MarginMse(),
            new MultipleNegativesRanking(10),
            new ListNet(),
            new ListMle(DocumentOrder.LABELS),
            new PositionAwareListMle(DocumentOrder.LABELS),
            LambdaLoss.standard(),
            LambdaLoss.rankNet(),
            new AdrMse(1),
            new KlDivergence(1),
            new InfoNce(1),
            new Triplet(1));

    private Losses() {}

    /**
     * The loss of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public static Loss named(String name) {
        return STANDARD.stream()
                .filter(loss -> loss.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("There is no loss \"" + name + "\"; there are " + names()));
    }

    /** All names, with commas. */
    public static String names() {
        return STANDARD.stream().map(Loss::name).collect(Collectors.joining(", "));
    }
}
