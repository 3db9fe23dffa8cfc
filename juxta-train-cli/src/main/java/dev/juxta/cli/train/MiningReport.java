package dev.juxta.cli.train;

import dev.juxta.train.mining.HardNegativeMiner.Mined;
import dev.juxta.train.mining.HardNegativeMiner.Reason;
import dev.juxta.train.mining.HardNegativeMiner.Result;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a run of mining has found, in figures. */
final class MiningReport {

    private final Map<Reason, Integer> thrownOut = new EnumMap<>(Reason.class);
    private long queries;
    private long without;
    private long rows;
    private long positives;
    private long negatives;
    private long scored;
    private double positiveScores;
    private double negativeScores;

    /** Counts a query in. */
    void add(Result mined, int lines) {
        queries++;
        rows += lines;
        without += lines == 0 ? 1 : 0;
        positives += mined.positives().size();
        for (Mined positive : mined.positives()) {
            if (positive.score().isPresent()) {
                scored++;
                positiveScores += positive.score().getAsDouble();
            }
        }
        for (Mined one : mined.chosen()) {
            if (!one.positive()) {
                negatives++;
                negativeScores += one.score().orElse(0);
            }
        }
        mined.thrownOut().forEach((reason, count) -> thrownOut.merge(reason, count, Integer::sum));
    }

    /** As the last line in JSON has them; of this run only, where it went on with another. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("queries", queries);
        figures.put("queries_without", without);
        figures.put("rows", rows);
        figures.put("positives", positives);
        figures.put("negatives", negatives);
        if (scored > 0) {
            figures.put("mean_positive", positiveScores / scored);
        }
        if (negatives > 0) {
            figures.put("mean_negative", negativeScores / negatives);
        }
        thrownOut.forEach((reason, count) -> figures.put(reason.name().toLowerCase(Locale.ROOT), count.longValue()));
        return figures;
    }

    /** The same in a sentence. */
    String summary() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d negatives for %d queries (%d with none or too few) in %d rows",
                negatives,
                queries,
                without,
                rows));
        if (scored > 0 && negatives > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "; positives score %.3f, negatives %.3f",
                    positiveScores / scored,
                    negativeScores / negatives));
        }
        thrownOut.forEach((reason, count) -> text.append(", ")
                .append(count)
                .append(" thrown out by ")
                .append(reason.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        return text.toString();
    }
}
