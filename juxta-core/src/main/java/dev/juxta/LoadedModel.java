package dev.juxta;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.ModelCard;
import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.checkpoint.Weights.WeightException;
import dev.juxta.engine.Engine;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Engines;
import dev.juxta.engine.Executable;
import dev.juxta.engine.Workers;
import dev.juxta.hub.DownloadListener;
import dev.juxta.hub.ModelStore;
import dev.juxta.model.Architecture;
import dev.juxta.model.Settings;
import dev.juxta.model.Settings.Sourced;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.text.TokenizerFiles;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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
        return new LanguageFit(
                info.card(), tokenizer.unknown(), tokenizer.tokenizer().specials());
    }

    static LoadedModel load(CheckpointFiles files, LoadOptions options) throws IOException {
        return load(files, options, Settings.read(files, options.activation()), Reading.TOGETHER);
    }

    static LoadedModel load(CheckpointFiles files, LoadOptions options, Settings settings, Reading reading)
            throws IOException {
        Map<String, Weight> weights = weights(files, settings.architecture());
        Program program = program(files, settings.architecture(), weights);
        TokenizerFiles tokenizer = TokenizerFiles.read(files, settings.lowercase());
        try {
            if (reading == Reading.APART && tokenizer.texts().isEmpty()) {
                throw new CheckpointException(
                        files.location() + ": the tokenizer's template for one text is damaged; fetch it again");
            }
            return assemble(files, options, settings, reading, weights, program, tokenizer);
        } catch (IOException | RuntimeException e) {
            tokenizer.tokenizer().close();
            throw e;
        }
    }

    private static Map<String, Weight> weights(CheckpointFiles files, Architecture architecture) throws IOException {
        Map<String, Weight> weights = new LinkedHashMap<>(CheckpointSource.weights(files));
        for (String folder : architecture.weightFolders()) {
            CheckpointSource.weights(files.within(folder))
                    .forEach((name, weight) -> weights.put(folder + "." + name, weight));
        }
        return weights;
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

    private static LoadedModel assemble(
            CheckpointFiles files,
            LoadOptions options,
            Settings settings,
            Reading reading,
            Map<String, Weight> weights,
            Program program,
            TokenizerFiles tokenizer)
            throws IOException {
        Architecture architecture = settings.architecture();
        Sourced<Integer> maxLength = maxLength(files, options, settings, reading, tokenizer);
        ModelCard card = ModelCard.read(files);
        int threads = options.threads().orElse(Runtime.getRuntime().availableProcessors());
        Network.Limits limits = new Network.Limits(
                maxLength.value(),
                options.batchTokens(),
                architecture.segments() > 1 && tokenizer.usesSegments().orElse(architecture.readsSegments()),
                program.result().width(),
                new TableRows(program));
        Engine engine = Engines.choose(options.engine());
        EngineOptions engineOptions = new EngineOptions(
                threads,
                options.precision(),
                () -> SamplePairs.batches(pair -> reading.read(tokenizer, pair, architecture, limits)));
        Executable executable = engine.compile(program, engineOptions);
        Workers workers = new Workers(threads);
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
                card,
                engine.name(),
                executable.precision(),
                threads);
        Network network = new Network(architecture, executable, workers, limits);
        LoadedModel model = new LoadedModel(info, network, tokenizer);
        try {
            reading.read(tokenizer, new TextPair("a", "a"), architecture, limits); // the specials are in every sequence
            return model;
        } catch (IllegalArgumentException e) {
            model.close();
            throw new CheckpointException(files.location() + ": " + e.getMessage(), e);
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
