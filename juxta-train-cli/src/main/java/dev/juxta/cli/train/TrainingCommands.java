package dev.juxta.cli.train;

import dev.juxta.cli.CommandModule;
import dev.juxta.cli.Session;
import dev.juxta.cli.Subcommand;
import java.util.List;

/** What this artifact adds to {@code juxta}. */
public final class TrainingCommands implements CommandModule {

    @Override
    public List<? extends Subcommand> commands(Session session) {
        return List.of(
                new TrainCommand(session),
                new MineCommand(session),
                new LabelCommand(session),
                new DistillCommand(session),
                new CalibrateCommand(session));
    }
}
