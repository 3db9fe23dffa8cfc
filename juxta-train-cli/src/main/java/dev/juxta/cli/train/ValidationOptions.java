package dev.juxta.cli.train;

import dev.juxta.cli.OptionValues;
import dev.juxta.cli.UsageException;
import dev.juxta.train.ExampleFile;
import dev.juxta.train.ExampleSource;
import dev.juxta.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** By which examples, held out of the training, the best of the models on the way is chosen. */
final class ValidationOptions {

    private static final int STEPS = 100;
    private static final int PATIENCE = 5;

    @Option(
            names = "--dev",
            paramLabel = "FILE",
            description =
                    "Held-out examples, .tsv or .jsonl: the model that ranks them best (nDCG@10; of pairs, with the"
                            + " least loss) is the result, not the last.")
    private Optional<Path> dev = Optional.empty();

    @Option(
            names = "--eval-every",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Steps between such evaluations; default: " + STEPS + ".")
    private Optional<Integer> every = Optional.empty();

    @Option(
            names = "--patience",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "End after so many evaluations without a better one; default: " + PATIENCE + ".")
    private Optional<Integer> patience = Optional.empty();

    /**
     * Checks what can be checked before anything is read.
     *
     * @throws UsageException if there is nothing to evaluate by
     */
    void check() {
        if (dev.isEmpty() && (every.isPresent() || patience.isPresent())) {
            throw new UsageException((every.isPresent() ? "--eval-every" : "--patience")
                    + " says how to evaluate, and there is nothing to evaluate by; give --dev FILE");
        }
    }

    /** The examples, none where no file was named; to be closed. */
    ExampleSource open() throws IOException {
        return dev.isPresent() ? ExampleFile.open(dev.get()) : ExampleSource.of(List.of());
    }

    /** Nothing where there are no examples. */
    Optional<Validation> of(ExampleSource examples) {
        return examples.size() == 0
                ? Optional.empty()
                : Optional.of(new Validation(examples, every.orElse(STEPS), patience.orElse(PATIENCE)));
    }
}
