package dev.juxta.cli.train;

import dev.juxta.cli.Session;
import picocli.CommandLine.Option;

/** Where a model's files come from, where those of the trained one go, and whether they are there in part. */
final class BaseOptions extends CheckpointOptions {

    @Option(names = "--resume", description = "Go on with the training in --out, if there is one; else begin.")
    private boolean resume;

    boolean resume() {
        return resume;
    }

    TrainingRun run(Session session) {
        return new TrainingRun(session, out(), resume, json());
    }
}
