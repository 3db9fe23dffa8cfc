package dev.juxta.cli.train;

import dev.juxta.cli.Json;
import dev.juxta.cli.Progress;
import dev.juxta.cli.Session;
import dev.juxta.cli.UsageException;
import dev.juxta.train.BaseModel;
import dev.juxta.train.ExampleSource;
import dev.juxta.train.Trainer;
import dev.juxta.train.Validation;
import dev.juxta.train.Validation.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A training as a command runs it: shown on the terminal, logged in the model's folder, and ended in good order by a signal.
 *
 * @param out the model's folder
 * @param resume whether to go on with what is there
 * @param json whether to end with an object
 */
record TrainingRun(Session session, Path out, boolean resume, boolean json) {

    /** Trains, and writes curve and card beside the model. */
    @SuppressWarnings("try") // the interruption works while it is there
    void run(BaseModel model, ExampleSource examples, Optional<Validation> validation, Recipe recipe)
            throws IOException {
        Trainer trainer = trainer(model, recipe);
        try (Interruption interruption = new Interruption(trainer::stop)) {
            Trainer.Progress end;
            try (TrainingView view = new TrainingView(session);
                    TrainingLog log = new TrainingLog(out)) {
                end = trainer.train(examples, validation, out, resume, progress -> {
                    view.accept(progress);
                    log.accept(progress);
                });
                if (end.finished()) {
                    log.draw();
                    recipe.write(out, end);
                }
            }
            tell(end, recipe);
        }
    }

    private static Trainer trainer(BaseModel model, Recipe recipe) {
        try {
            return new Trainer(model, recipe.loss(), recipe.options());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void tell(Trainer.Progress end, Recipe recipe) throws IOException {
        if (json) {
            session.out().line(Json.line(object(end, recipe)));
        } else if (end.finished()) {
            session.out().line(summary(end, recipe));
        }
        session.out().flush();
        if (!end.finished()) {
            session.tell("stopped after step " + end.step() + ", which is saved in \"" + out
                    + "\"; the same command with --resume goes on");
        }
    }

    private static String best(Standing standing) {
        return String.format(
                Locale.ROOT, "best after step %d, %.4f on held-out data; ", standing.bestStep(), standing.bestValue());
    }

    private ObjectNode object(Trainer.Progress end, Recipe recipe) {
        ObjectNode object = Json.object()
                .put("model", out.toString())
                .put("finished", end.finished())
                .put("into", recipe.kind().toString())
                .put("base", recipe.base())
                .put("loss", recipe.loss().name())
                .put("value", end.loss())
                .put("steps", end.step())
                .put("examples", recipe.examples())
                .put("pairs", end.pairs())
                .put("seconds", Math.round(10 * end.seconds()) / 10.0)
                .put("pairs_per_s", Math.round(10 * end.pairs() / end.seconds()) / 10.0);
        end.standing()
                .ifPresent(
                        standing -> object.put("best_step", standing.bestStep()).put("best", standing.bestValue()));
        return object;
    }

    private String summary(Trainer.Progress end, Recipe recipe) {
        return String.format(
                Locale.ROOT,
                "%d steps with %d pairs in %s, %.1f pairs/s; loss %s %.4f; %sthe model is in %s",
                end.step(),
                end.pairs(),
                Progress.minutes(end.seconds()),
                end.pairs() / end.seconds(),
                recipe.loss().name(),
                end.loss(),
                end.standing().map(TrainingRun::best).orElse(""),
                out);
    }
}
