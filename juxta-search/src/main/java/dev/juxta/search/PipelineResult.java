package dev.juxta.search;

import dev.juxta.Hit;
import dev.juxta.Ranked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pipeline found, and where the time went.
 *
 * @param found best first
 * @param stages in the order in which they ran
 */
public record PipelineResult(List<Found> found, List<StageReport> stages) {

    public PipelineResult {
        found = List.copyOf(found);
        stages = List.copyOf(stages);
    }

    /**
     * A hit, and what each stage made of it.
     *
     * @param hit with the score of the last stage
     * @param placings in the order of the stages
     */
    public record Found(Hit hit, List<Placing> placings) {

        public Found {
            placings = List.copyOf(placings);
        }

        Found placed(String stage, Ranked ranked) {
            List<Placing> more = new ArrayList<>(placings);
            more.add(new Placing(
                    stage, ranked.rank(), ranked.score().value(), ranked.score().truncated()));
            return new Found(new Hit(hit.id(), ranked.score().value(), hit.text()), more);
        }
    }

    /**
     * A hit's place in one stage.
     *
     * @param stage its name
     * @param rank from 1
     * @param score that the stage gave; for scorers the activated value
     * @param truncated tokens that the scorer did not read
     */
    public record Placing(String stage, int rank, double score, int truncated) {}

    /**
     * One stage's work.
     *
     * @param stage its name
     * @param in hits it was given; of the first stage, hits it found
     * @param out hits it passed on
     * @param unscored hits that the budget left out
     * @param time it took
     */
    public record StageReport(String stage, int in, int out, int unscored, Duration time) {}

    /** The hits alone, best first. */
    public List<Hit> hits() {
        return found.stream().map(Found::hit).toList();
    }
}
