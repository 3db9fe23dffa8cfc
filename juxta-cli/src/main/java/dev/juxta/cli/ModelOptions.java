package dev.juxta.cli;

import dev.juxta.CrossEncoder;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.engine.QuantizationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that loads a model by {@code --model}. */
final class ModelOptions extends LoadingOptions {

    @Option(
            names = "--model",
            paramLabel = "M",
            description = "Directory of a checkpoint, hub id (fetched if the cache lacks it), embedded (default) or"
                    + " embedded-fast.")
    private Optional<String> model = Optional.empty();

    /** The model as results name it. */
    String name() {
        return model.orElse(EmbeddedCheckpoint.DEFAULT.id());
    }

    /** Whether the command line names a model. */
    boolean namesModel() {
        return model.isPresent();
    }

    /**
     * Checks what can be checked before anything is read.
     *
     * @throws UsageException if options contradict each other
     */
    void check() {
        check("--model", name());
    }

    /**
     * Loads the model.
     *
     * @throws UsageException if it cannot do what the options ask for
     */
    CrossEncoder open(Session session) throws IOException {
        return open(session, name());
    }

    /** As {@link LoadingOptions#quantize}, of this model. */
    QuantizationReport quantize(Session session, List<TextPair> samples, Optional<Path> out) throws IOException {
        return quantize(session, name(), samples, out);
    }
}
