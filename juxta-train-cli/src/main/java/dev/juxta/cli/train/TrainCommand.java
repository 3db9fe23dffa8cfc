package dev.juxta.cli.train;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.cli.Hub;
import dev.juxta.cli.Json;
import dev.juxta.cli.LoadingOptions;
import dev.juxta.cli.Session;
import dev.juxta.cli.Subcommand;
import dev.juxta.cli.UsageException;
import dev.juxta.train.BaseModel;
import dev.juxta.train.Example;
import dev.juxta.train.Trainer;
import dev.juxta.train.TrainingOptions;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta train}: a cross-encoder from a data set. */
@Command(
        name = "train",
        description = "Train a cross-encoder from a data set, or go on with a training.",
        footer = {
            "",
            "The result is a Hugging Face folder. Ctrl-C or SIGTERM saves a checkpoint; the same command with --resume goes"
                    + " on from it, as after any other end, to the same weights.",
            "",
            "Example: juxta train --data medquad --base embedded --loss infonce --minutes 15 --out medical"
        })
final class TrainCommand implements Subcommand {

    private final Session session;

    @Mixin
    private final TrainingData data = new TrainingData();

    @Option(
            names = "--base",
            paramLabel = "M",
            description =
                    "What to begin with: directory of a cross-encoder or of any encoder (which gets a head), hub id,"
                            + " or embedded (default).")
    private String base = LoadingOptions.EMBEDDED;

    @Option(names = "--revision", paramLabel = "REV", description = "Branch, tag or commit of a hub id.")
    private String revision = "main";

    @Option(names = "--offline", description = "Fetch nothing: a hub id must be in the cache.")
    private boolean offline;

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            required = true,
            converter = TrainingSettings.LossName.class,
            description =
                    "Of pairs: bce, ce (models of several labels), mse. Of lists: mnrl, infonce, triplet, listnet,"
                            + " listmle, plistmle, lambda, ranknet, adr-mse; of lists with a teacher's scores: kl, margin-mse.")
    private Loss loss = Losses.named("bce");

    @Mixin
    private final TrainingSettings settings = new TrainingSettings();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The model's directory, made if need be.")
    private Path out = Path.of("");

    @Option(names = "--resume", description = "Go on with the training in --out, if there is one; else begin.")
    private boolean resume;

    @Option(names = "--json", description = "End with one JSON object.")
    private boolean json;

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        settings.check();
        if (base.isBlank()) {
            throw new UsageException("--base is blank; give a directory or a hub id such as owner/name");
        }
        if (Files.exists(out) && !Files.isDirectory(out)) {
            throw new UsageException("--out \"" + out + "\" is a file; name a directory");
        }
        CheckpointFiles checkpoint = checkpoint();
        List<Example> examples = data.read(loss, settings.seed());
        TrainingOptions options = settings.options(examples.size());
        try (BaseModel model = BaseModel.open(checkpoint, settings.seed())) {
            train(trainer(model, options), examples);
        }
    }

    private CheckpointFiles checkpoint() throws IOException {
        if (base.equals(LoadingOptions.EMBEDDED)) {
            return CheckpointSource.embedded();
        }
        return CheckpointSource.directory(Hub.of(session, offline).find(base, revision));
    }

    private Trainer trainer(BaseModel model, TrainingOptions options) {
        try {
            return new Trainer(model, loss, options);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    @SuppressWarnings("try") // the interruption works while it is there
    private void train(Trainer trainer, List<Example> examples) throws IOException {
        try (Interruption interruption = new Interruption(trainer::stop)) {
            Trainer.Progress end;
            try (TrainingView view = new TrainingView(session)) {
                end = trainer.train(examples, out, resume, view);
            }
            if (json) {
                session.out().line(Json.line(object(end, examples)));
            } else if (end.finished()) {
                session.out().line(summary(end));
            }
            session.out().flush();
            if (!end.finished()) {
                session.tell("stopped after step " + end.step() + ", which is saved in \"" + out
                        + "\"; the same command with --resume goes on");
            }
        }
    }

    private ObjectNode object(Trainer.Progress end, List<Example> examples) {
        return Json.object()
                .put("model", out.toString())
                .put("finished", end.finished())
                .put("base", base)
                .put("loss", loss.name())
                .put("value", end.loss())
                .put("steps", end.step())
                .put("examples", examples.size())
                .put("pairs", end.pairs())
                .put("seconds", Math.round(10 * end.seconds()) / 10.0)
                .put("pairs_per_s", Math.round(10 * end.pairs() / end.seconds()) / 10.0);
    }

    private String summary(Trainer.Progress end) {
        return String.format(
                Locale.ROOT,
                "%d steps with %d pairs in %s, %.1f pairs/s; loss %s %.4f; the model is in %s",
                end.step(),
                end.pairs(),
                dev.juxta.cli.Progress.minutes(end.seconds()),
                end.pairs() / end.seconds(),
                loss.name(),
                end.loss(),
                out);
    }
}
