package dev.juxta.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command itself, which only holds the others. */
@Command(
        name = "juxta",
        description = "Scores, ranks and classifies pairs of texts with cross-encoders.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: juxta rerank --query \"How many people live in Berlin?\" passages.txt"})
final class JuxtaCommand {

    /** The whole command line, ready to parse. */
    static CommandLine create(Session session) {
        CommandLine juxta = new CommandLine(new JuxtaCommand())
                .addSubcommand(new RerankCommand(session))
                .addSubcommand(new ScoreCommand(session))
                .addSubcommand(new ClassifyCommand(session))
                .addSubcommand(new EmbedCommand(session))
                .addSubcommand(new TokenizeCommand(session))
                .addSubcommand(new IndexCommand(session))
                .addSubcommand(new SearchCommand(session))
                .addSubcommand(models(session))
                .addSubcommand(EvaluateCommand.create(session))
                .addSubcommand(new BenchCommand(session))
                .addSubcommand(new QuantizeCommand(session))
                .addSubcommand(new CompletionCommand(session));
        return juxta.setExpandAtFiles(false)
                .setUsageHelpWidth(Math.max(55, Math.min(110, session.terminal().columns())))
                .setUsageHelpLongOptionsMaxWidth(24);
    }

    private static CommandLine models(Session session) {
        return new CommandLine(new ModelsCommand(session))
                .addSubcommand(new ModelsPullCommand(session))
                .addSubcommand(new ModelsListCommand(session))
                .addSubcommand(new ModelsRemoveCommand(session));
    }
}
