package dev.juxta.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command of the training module, listed where that module is absent too.
 *
 * @param name what it is called
 * @param description what it does, in one line
 */
record TrainingCommand(String name, String description) {

    private static final String ARTIFACT = "juxta-train-cli";

    /** All of them, in the order of the help. */
    static final List<TrainingCommand> ALL = List.of(
            new TrainingCommand("train", "Train a model that scores pairs from a data set, or go on with a training."),
            new TrainingCommand("mine", "Find hard negatives for the queries of a data set, as training data."),
            new TrainingCommand("label", "Label pairs or lists by one teacher or several, as training data."),
            new TrainingCommand("distill", "Teach a smaller or faster model what a cross-encoder says of a data set."),
            new TrainingCommand(
                    "calibrate", "Make a cross-encoder's score a probability, and find where nothing matches."));

    /** The command where its module is absent: it says how to get that. */
    CommandLine absent() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection((Subcommand) () -> {
            throw new UsageException("juxta " + name + " is in the artifact " + ARTIFACT
                    + ", which is not on the class path; the juxta script of a checkout adds it by itself,"
                    + " elsewhere add dev.juxta:" + ARTIFACT);
        });
        spec.usageMessage()
                .description(
                        description, "", "It is in the artifact " + ARTIFACT + ", which is not on the class path.");
        spec.parser().unmatchedOptionsArePositionalParams(true);
        spec.addPositional(PositionalParamSpec.builder()
                .arity("0..*")
                .hidden(true)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
        return new CommandLine(spec);
    }
}
