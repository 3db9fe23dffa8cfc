package dev.juxta.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
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
                .addSubcommand(new SearchCommand(session));
        training(session).forEach(juxta::addSubcommand);
        juxta.addSubcommand(models(session))
                .addSubcommand(EvaluateCommand.create(session))
                .addSubcommand(serve(session))
                .addSubcommand(new BenchCommand(session))
                .addSubcommand(new QuantizeCommand(session))
                .addSubcommand(new CompletionCommand(session));
        return juxta.setExpandAtFiles(false)
                .setUsageHelpWidth(Math.max(55, Math.min(110, session.terminal().columns())))
                .setUsageHelpLongOptionsMaxWidth(24);
    }

    /** The commands of the training module by name; where it is absent, what says how to get it. */
    private static Map<String, CommandLine> training(Session session) {
        Map<String, CommandLine> commands = new LinkedHashMap<>();
        TrainingCommand.ALL.forEach(command -> commands.put(command.name(), command.absent()));
        for (CommandModule module : ServiceLoader.load(CommandModule.class)) {
            for (Subcommand command : module.commands(session)) {
                CommandLine line = new CommandLine(command);
                commands.put(line.getCommandName(), line);
            }
        }
        return commands;
    }

    private static CommandLine serve(Session session) {
        return new CommandLine(new ServeCommand(session))
                .setDefaultValueProvider(new EnvironmentDefaults(session.environment()));
    }

    private static CommandLine models(Session session) {
        return new CommandLine(new ModelsCommand(session))
                .addSubcommand(new ModelsPullCommand(session))
                .addSubcommand(new ModelsListCommand(session))
                .addSubcommand(new ModelsRemoveCommand(session));
    }
}
