package dev.juxta.cli;

import java.io.IOException;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code juxta completion}: what a shell needs to complete the command. */
@Command(
        name = "completion",
        description = "Print a script that completes juxta's commands and options in bash and zsh.",
        footer = {"", "Example: source <(juxta completion)"})
final class CompletionCommand implements Subcommand {

    private final Session session;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        session.out()
                .line(AutoComplete.bash("juxta", JuxtaCommand.create(session)).stripTrailing());
        session.out().flush();
    }
}
