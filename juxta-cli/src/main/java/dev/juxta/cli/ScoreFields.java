package dev.juxta.cli;

import dev.juxta.BiEncoder;
import dev.juxta.LateInteraction;
import dev.juxta.Ranking;
import dev.juxta.Score;
import dev.juxta.ScoringModel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** How the parts of a score are printed. */
final class ScoreFields {

    /** Below this, four decimals show nothing. */
    private static final double SMALL = 0.001;

    private ScoreFields() {}

    /** By which similarity a model scores, if it does so by one. */
    static Optional<String> similarity(ScoringModel model) {
        return model instanceof BiEncoder || model instanceof LateInteraction
                ? Optional.of(model.info().labels().get(0))
                : Optional.empty();
    }

    /**
     * How many tokens were read and cut, and which part of the second text was read where one was picked: as
     * {@code [begin, end]} in Unicode characters (code points), as most languages count them.
     */
    static void putLength(ObjectNode object, Score score, String second) {
        object.put("tokens", score.tokens());
        object.put("truncated", score.truncated());
        score.span()
                .ifPresent(span -> object.putArray("span")
                        .add(second.codePointCount(0, span.begin()))
                        .add(second.codePointCount(0, span.end())));
    }

    /** Whether even the best of all documents is no good match, by a model that knows where good ones begin. */
    static boolean noneMatches(Ranking ranking, ScoringModel model) {
        return !ranking.isEmpty()
                && ranking.unscored() == 0
                && model.info()
                        .noMatchBelow()
                        .filter(least -> ranking.get(0).score().value() < least)
                        .isPresent();
    }

    /** What the model was not made for, where something was noticed of its texts. */
    static void putConcerns(ObjectNode object, List<String> concerns) {
        if (!concerns.isEmpty()) {
            concerns.forEach(object.putArray("warnings")::add);
        }
    }

    /** A score for people: four decimals, or two digits if it is small. */
    static String shown(double score) {
        return String.format(Locale.ROOT, score != 0 && Math.abs(score) < SMALL ? "%.1e" : "%.4f", score);
    }

    /** A line cut to the terminal, if there is one. */
    static String fit(String text, Terminal terminal) {
        return DisplayText.fit(text, terminal.tableWidth().orElse(Integer.MAX_VALUE));
    }
}
