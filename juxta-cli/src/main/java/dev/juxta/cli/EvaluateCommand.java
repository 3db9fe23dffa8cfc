package dev.juxta.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code juxta evaluate}, which only holds its forms. */
@Command(
        name = "evaluate",
        description = "Measure runs, rerankers and pair models against judgements.",
        synopsisSubcommandLabel = "FORM",
        footer = {"", "Example: juxta evaluate run --qrels qrels/test.tsv --run bm25.trec --measures nDCG@10,AP"})
final class EvaluateCommand {

    /** The command with its forms. */
    static CommandLine create(Session session) {
        return new CommandLine(new EvaluateCommand())
                .addSubcommand(new EvaluateRunCommand(session))
                .addSubcommand(new EvaluateRetrieveCommand(session))
                .addSubcommand(new EvaluateRerankCommand(session))
                .addSubcommand(new EvaluatePairsCommand(session));
    }
}
