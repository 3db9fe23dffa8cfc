package dev.juxta.cli.train;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.cli.Session;
import dev.juxta.cli.Subcommand;
import dev.juxta.train.BaseModel;
import dev.juxta.train.ExampleSource;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code juxta train}: a model from a data set. */
@Command(
        name = "train",
        description = "Train a model that scores pairs from a data set, or go on with a training.",
        footer = {
            "",
            "The result is a Hugging Face folder. Ctrl-C or SIGTERM saves a checkpoint; the same command with --resume goes"
                    + " on from it, as after any other end, to the same weights.",
            "",
            "Example: juxta train --data medquad --base embedded --loss infonce --minutes 15 --out medical",
            "or: juxta train --data medquad --base sentence-transformers/all-MiniLM-L6-v2 --into bi-encoder --loss infonce"
                    + " --minutes 15 --out vectors"
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
                            + " or embedded (default). Under --into a bi-encoder keeps its pooling and prompts.")
    private String base = EmbeddedCheckpoint.DEFAULT.id();

    @Mixin
    private final StudentSettings student = new StudentSettings();

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

    @Mixin
    private final ValidationOptions validation = new ValidationOptions();

    @Mixin
    private final BaseOptions files = new BaseOptions();

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        settings.check();
        student.check();
        validation.check();
        files.check("--base", base);
        CheckpointFiles checkpoint = files.files(session, base);
        try (ExampleSource examples = data.open(loss, settings.seed());
                ExampleSource dev = validation.open();
                BaseModel model = student.open(checkpoint, loss, settings.seed(), settings.maxLength())) {
            Recipe recipe = new Recipe(
                    student.kind(),
                    base,
                    checkpoint,
                    data.sources(),
                    examples.size(),
                    loss,
                    settings.options(examples.size()),
                    student.remarks());
            files.run(session).run(model, examples, validation.of(dev), recipe);
        }
    }
}
