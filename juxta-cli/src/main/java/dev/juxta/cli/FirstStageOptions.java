package dev.juxta.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Of which models a first stage is made over a data set's corpus, and where its index is kept. */
public final class FirstStageOptions {

    @Option(names = "--dense", paramLabel = "M", description = "The bi-encoder of dense and hybrid.")
    private Optional<String> dense = Optional.empty();

    @Option(names = "--late", paramLabel = "M", description = "The late-interaction model of late.")
    private Optional<String> late = Optional.empty();

    @Option(
            names = "--index",
            paramLabel = "DIR",
            description = "Keep the index of vectors there, and use it when it is there already.")
    private Optional<Path> index = Optional.empty();

    @Option(
            names = "--language",
            paramLabel = "CODE",
            description = "Of the words, as en or de; default: what the corpus looks like.")
    private Optional<String> language = Optional.empty();

    /**
     * The stage, checked as far as it can be before anything is read.
     *
     * @param data the BEIR folder
     * @param kind what {@code --first} says
     * @throws UsageException if the stage is none, or its models are not those it needs
     */
    public FirstStage stage(Session session, Path data, String kind) {
        FirstStage stage = new FirstStage(session, data, kind, dense, late, index, language);
        stage.check();
        return stage;
    }
}
