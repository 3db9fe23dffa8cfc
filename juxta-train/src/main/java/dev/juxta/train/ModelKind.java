package dev.juxta.train;

import dev.juxta.train.loss.Loss;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How a model scores a query and a document. */
public enum ModelKind {
    /** by reading both together */
    CROSS_ENCODER("cross-encoder"),
    /** by reading both together, beginning as the bi-encoder that it is made of */
    GATED_CROSS_ENCODER("gated-cross-encoder"),
    /** by the similarity of their vectors (Reimers and Gurevych 2019, arXiv:1908.10084) */
    BI_ENCODER("bi-encoder"),
    /** by the best matches of the query's tokens (Khattab and Zaharia 2020, arXiv:2004.12832) */
    COLBERT("colbert");

    /** Losses of log odds, which a similarity is not. */
    private static final Set<String> ODDS = Set.of("bce", "ce", "mnrl");

    /** What cosines are multiplied with by custom, as a softmax sees no differences below 1. */
    private static final double COSINE_SCALE = 20;

    private final String title;

    ModelKind(String title) {
        this.title = title;
    }

    /**
     * Reads {@code cross-encoder}, {@code gated-cross-encoder}, {@code bi-encoder} or {@code colbert}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static ModelKind parse(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.title.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is not one of " + names()));
    }

    /** All names, with commas. */
    public static String names() {
        return Arrays.stream(values()).map(kind -> kind.title).collect(Collectors.joining(", "));
    }

    /** Whether it reads each text for itself. */
    public boolean embeds() {
        return this == BI_ENCODER || this == COLBERT;
    }

    /** What its similarities are multiplied with for a loss, by custom: 20 for cosines, but for {@code mse}. */
    public double scale(Loss loss) {
        return this == BI_ENCODER && !loss.name().equals("mse") ? COSINE_SCALE : 1;
    }

    /** Why it cannot learn by a loss; empty if it can. */
    Optional<String> refusal(Loss loss) {
        if (!embeds() || !ODDS.contains(loss.name())) {
            return Optional.empty();
        }
        return Optional.of("The loss " + loss.name() + " is for cross-encoders, and a " + this
                + " has similarities; use infonce (which takes the other queries' documents as negatives), triplet,"
                + " margin-mse, kl, or a loss of lists");
    }

    /** What its score says after it was trained by a loss, in a sentence for its card. */
    public String meaning(Loss loss) {
        if (embeds()) {
            return "Its score is a similarity of two texts, each embedded for itself; it ranks, and is no probability.";
        }
        return loss.teachesLogOdds()
                ? "The sigmoid of its logit is the model's own estimate of a probability, not calibrated;"
                        + " `juxta calibrate` makes it one."
                : "Its logit ranks; it is no probability. `juxta calibrate` makes one of it.";
    }

    @Override
    public String toString() {
        return title;
    }
}
