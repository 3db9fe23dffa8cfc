package dev.juxta;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.DirectoryFiles;
import dev.juxta.checkpoint.ModelCard;
import dev.juxta.checkpoint.ScoreCalibration;
import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.checkpoint.Weights.WeightException;
import dev.juxta.engine.Engine;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Engines;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.QuantizationReport;
import dev.juxta.engine.Workers;
import dev.juxta.hub.DownloadListener;
import dev.juxta.hub.ModelStore;
import dev.juxta.model.Architecture;
import dev.juxta.model.Settings;
import dev.juxta.model.Settings.Sourced;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.Value;
import dev.juxta.text.TokenizerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A checkpoint made ready to read texts.
 *
 * @param info what it is
 * @param network to be closed with it
 * @param tokenizer to be closed with it
 */
record LoadedModel(ModelInfo info, Network network, TokenizerFiles tokenizer) {

    /** The files that a name means: a directory, or a hub model, fetched where the cache lacks it. */
    static CheckpointFiles find(String nameOrDirectory, LoadOptions options) throws IOException {
        return CheckpointSource.find(
                nameOrDirectory,
                id -> ModelStore.ofEnvironment().find(id, options.revision(), DownloadListener.silent()));
    }

    /** Notices texts that the model was not made for. */
    LanguageFit fit() {
        return new LanguageFit(info.card(), tokenizer.unknown());
    }

    static LoadedModel load(CheckpointFiles files, LoadOptions options) throws IOException {
        return load(files, options, Settings.read(files, options.activation()), Reading.TOGETHER);
    }

    static LoadedModel load(CheckpointFiles files, LoadOptions options, Settings settings, Reading reading)
            throws IOException {
        Workers workers =
                new Workers(options.threads().orElse(Runtime.getRuntime().availableProcessors()));
        try {
            return load(files, options, settings, reading, workers);
        } catch (UncheckedIOException e) { // what was found out on the way to the samples
            workers.close();
            throw e.getCause();
        } catch (IOException | RuntimeException | Error e) {
            workers.close();
            throw e;
        }
    }

    private static LoadedModel load(
            CheckpointFiles files, LoadOptions options, Settings settings, Reading reading, Workers workers)
            throws IOException {
        return read(files, options, settings, reading, workers, parts -> {
            Engine engine = await(parts.engine());
            Executable executable = engine.compile(parts.program(), parts.engineOptions(SamplePairs::builtIn));
            try {
                return parts.assemble(engine.name(), executable);
            } catch (IOException | RuntimeException | Error e) {
                executable.close();
                throw e;
            }
        });
    }

    /** Chooses the scales of int8 on pairs, and keeps them in a folder or, if there is none, in the user's cache. */
    static QuantizationReport quantize(
            CheckpointFiles files, LoadOptions options, List<TextPair> pairs, Optional<Path> folder)
            throws IOException {
        Settings settings = Settings.read(files, options.activation());
        try (Workers workers =
                new Workers(options.threads().orElse(Runtime.getRuntime().availableProcessors()))) {
            return read(files, options, settings, Reading.TOGETHER, workers, parts -> {
                EngineOptions given = parts.engineOptions(() -> pairs);
                EngineOptions wanted = new EngineOptions(
                        given.threads(),
                        given.precision(),
                        given.samples(),
                        given.workers(),
                        folder.or(given::folder),
                        false);
                QuantizationReport report = await(parts.engine()).quantize(parts.program(), wanted);
                await(parts.tokenizer()).tokenizer().close();
                return report;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** What is made of a checkpoint's parts. */
    private interface Use<T> {
        T of(Parts parts) throws IOException;
    }

    /** The tokenizer is read, and the engine's library loaded, while the weights are. */
    private static <T> T read(
            CheckpointFiles files, LoadOptions options, Settings settings, Reading reading, Workers workers, Use<T> use)
            throws IOException {
        CompletableFuture<Engine> engine = workers.call(() -> Engines.choose(options.engine()));
        CompletableFuture<TokenizerFiles> tokenizer =
                workers.call(() -> TokenizerFiles.read(files, settings.lowercase(), settings.chat()));
        try {
            Map<String, Weight> weights =
                    CheckpointSource.weights(files, settings.architecture().weightFolders());
            Program program = program(files, settings.architecture(), weights);
            return use.of(new Parts(files, options, settings, reading, weights, program, workers, engine, tokenizer));
        } catch (IOException | RuntimeException | Error e) {
            var unused = tokenizer.thenAccept(read -> read.tokenizer().close());
            throw e;
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Program program(CheckpointFiles files, Architecture architecture, Map<String, Weight> all)
            throws CheckpointException {
        try {
            Weights weights = new Weights(files.location(), all);
            Program program = Recorder.record(ops -> architecture.forward(ops, weights));
            weights.requireAllRead();
            return program;
        } catch (WeightException e) {
            throw new CheckpointException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What was read of a checkpoint; the engine and the tokenizer may still be on their way. */
    private record Parts(
            CheckpointFiles files,
            LoadOptions options,
            Settings settings,
            Reading reading,
            Map<String, Weight> weights,
            Program program,
            Workers workers,
            CompletableFuture<Engine> engine,
            CompletableFuture<TokenizerFiles> tokenizer) {

        /**
         * How the program is to be run.
         *
         * @param pairs typical ones
         */
        EngineOptions engineOptions(Supplier<List<TextPair>> pairs) {
            Optional<Path> folder =
                    files instanceof DirectoryFiles directory ? Optional.of(directory.directory()) : Optional.empty();
            return new EngineOptions(
                    workers.threads(),
                    options.precision(),
                    () -> samples(pairs.get()),
                    Optional.of(workers),
                    folder,
                    reading == Reading.APART);
        }

        /** Pairs as the network reads them. */
        private List<PackedBatch> samples(List<TextPair> pairs) {
            try {
                TokenizerFiles read = await(tokenizer);
                Network.Limits limits = limits(read, maxLength(read).value());
                return SamplePairs.batches(pairs, pair -> reading.read(read, pair, limits));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Sourced<Integer> maxLength(TokenizerFiles read) throws CheckpointException {
            return LoadedModel.maxLength(files, options, settings, reading, read);
        }

        private Network.Limits limits(TokenizerFiles read, int maxLength) {
            return new Network.Limits(
                    maxLength,
                    options.batchTokens(),
                    program.result().width(),
                    program.result().rows().equals(Value.Rows.TOKENS),
                    SequenceForm.of(settings.architecture(), read, program));
        }

        LoadedModel assemble(String engineName, Executable executable) throws IOException {
            TokenizerFiles read = await(tokenizer);
            if (reading == Reading.APART && read.texts().isEmpty()) {
                throw new CheckpointException(
                        files.location() + ": the tokenizer's template for one text is damaged; fetch it again");
            }
            Architecture architecture = settings.architecture();
            Sourced<Integer> maxLength = maxLength(read);
            ModelInfo info = new ModelInfo(
                    files.location(),
                    architecture.modelType(),
                    architecture.shape(),
                    weights.values().stream().mapToLong(Weight::count).sum(),
                    storedFormat(weights),
                    settings.labels(),
                    settings.activation().value(),
                    settings.activation().source(),
                    maxLength.value(),
                    maxLength.source(),
                    settings.prompts(),
                    settings.defaultPrompt(),
                    ScoreCalibration.read(files),
                    ModelCard.read(files),
                    engineName,
                    executable.precision(),
                    workers.threads());
            Network.Limits limits = limits(read, maxLength.value());
            try {
                reading.read(read, new TextPair("a", "a"), limits); // the specials are in every sequence
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(files.location() + ": " + e.getMessage(), e);
            }
            return new LoadedModel(info, new Network(executable, workers, limits), read);
        }
    }

    /** The argument, else the saved length, else the tokenizer's; never more than there are positions. */
    private static Sourced<Integer> maxLength(
            CheckpointFiles files, LoadOptions options, Settings settings, Reading reading, TokenizerFiles tokenizer)
            throws CheckpointException {
        int positions = settings.architecture().shape().maxTokens();
        Sourced<Integer> wanted = new Sourced<>(positions, "max_position_embeddings");
        if (options.maxLength().isPresent()) {
            wanted = new Sourced<>(options.maxLength().getAsInt(), "argument");
        } else if (settings.maxSequenceLength().isPresent()) {
            wanted = new Sourced<>(settings.maxSequenceLength().getAsInt(), "max_seq_length");
        } else if (tokenizer.maxLength().isPresent()) {
            wanted = new Sourced<>(tokenizer.maxLength().getAsInt(), "model_max_length");
        }
        Sourced<Integer> resolved = wanted.value() <= positions
                ? wanted
                : new Sourced<>(positions, "max_position_embeddings, below " + wanted.source() + " " + wanted.value());
        int least = reading.specials(tokenizer) + reading.texts();
        if (resolved.value() < least) {
            String message = "A maximum length of " + resolved.value() + " tokens (" + resolved.source()
                    + ") leaves no room for " + (reading.texts() == 1 ? "a text" : "two texts")
                    + "; it must be at least " + least;
            if (resolved.source().equals("argument")) {
                throw new IllegalArgumentException(message);
            }
            throw new CheckpointException(files.location() + ": " + message);
        }
        return resolved;
    }

    private static String storedFormat(Map<String, Weight> weights) {
        return weights.values().stream()
                .collect(Collectors.groupingBy(Weight::format, Collectors.summingLong(Weight::count)))
                .entrySet()
                .stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT))
                .orElse("none");
    }

    void close() {
        network.close();
        tokenizer.tokenizer().close();
    }
}
