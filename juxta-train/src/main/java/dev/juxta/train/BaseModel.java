package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.checkpoint.Weights.WeightException;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.model.Architecture;
import dev.juxta.model.Settings;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.text.PairTokenizer;
import dev.juxta.text.TokenizedPair;
import dev.juxta.text.TokenizerFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * The checkpoint that a training begins with: a cross-encoder, or an encoder, which gets a fresh head.
 *
 * @param files where it lies
 * @param settings what its configuration says
 * @param program its forward pass
 * @param tokenizer to be closed with it
 * @param fresh the names of weights that it did not have
 */
public record BaseModel(
        CheckpointFiles files, Settings settings, Program program, TokenizerFiles tokenizer, Set<String> fresh)
        implements AutoCloseable {

    /** Of fresh matrices, as BERT's. */
    private static final double DEVIATION = 0.02;

    /**
     * Reads a checkpoint.
     *
     * @param seed of fresh weights
     * @throws CheckpointException if it cannot be trained; the message says why
     */
    public static BaseModel open(CheckpointFiles checkpoint, long seed) throws IOException {
        return open(checkpoint, seed, OptionalInt.empty());
    }

    /**
     * Reads a checkpoint without some of its layers: a smaller student of the same kind.
     *
     * @param seed of fresh weights
     * @param layers how many to keep, evenly spaced from the first to the last; empty for all
     * @throws CheckpointException if it cannot be trained so; the message says why
     */
    public static BaseModel open(CheckpointFiles checkpoint, long seed, OptionalInt layers) throws IOException {
        CheckpointFiles files = isBiEncoder(checkpoint) ? new EncoderFiles(checkpoint) : checkpoint;
        if (layers.isPresent()) {
            Architecture whole = Settings.read(files, Optional.empty()).architecture();
            files = LayerChoice.evenly(files, whole.shape().layers(), layers.getAsInt(), whole.modelType());
        }
        Settings settings = Settings.read(files, Optional.empty());
        Architecture architecture = settings.architecture();
        if (!architecture.weightFolders().isEmpty()) {
            throw new CheckpointException(
                    files.location()
                            + " is a chain of modules, which cannot be trained yet; begin with a plain encoder or cross-encoder");
        }
        FreshWeights fresh = new FreshWeights(new Random(seed));
        Program program = program(files, architecture, fresh);
        return new BaseModel(files, settings, program, TokenizerFiles.read(files, settings.lowercase()), fresh.names());
    }

    private static boolean isBiEncoder(CheckpointFiles files) throws IOException {
        if (!files.contains(EncoderFiles.MODULES)) {
            return false;
        }
        Optional<JsonFile> config = JsonFile.readIfPresent(files, "config_sentence_transformers.json");
        return config.isEmpty() || !config.get().text("model_type").equals(Optional.of("CrossEncoder"));
    }

    private static Program program(CheckpointFiles files, Architecture architecture, FreshWeights fresh)
            throws IOException {
        Map<String, Weight> saved = weights(files);
        try {
            if (JsonFile.read(files, "config.json").texts("architectures").stream()
                    .anyMatch(name -> name.endsWith("ForSequenceClassification"))) {
                Weights weights = new Weights(files.location(), saved);
                return Recorder.record(ops -> architecture.forward(ops, weights));
            }
            Heads heads = Heads.of(architecture.modelType())
                    .orElseThrow(() -> new CheckpointException(files.location() + " is a " + architecture.modelType()
                            + " without a classification head, and for that family no fresh one can be made"));
            Weights encoder = new Weights(files.location(), withinNetwork(saved, heads));
            Recorder.record(ops -> architecture.encode(ops, encoder)); // what is missing here is no head
            Weights weights = new Weights(files.location(), withinNetwork(saved, heads), fresh);
            return Recorder.record(ops -> architecture.forward(ops, weights));
        } catch (WeightException e) {
            throw new CheckpointException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, Weight> weights(CheckpointFiles files) throws IOException {
        Map<String, Weight> saved = CheckpointSource.weights(files);
        return files instanceof LayerChoice choice ? choice.apply(saved) : saved;
    }

    /** The weights under the names that they have in a model with a head. */
    private static Map<String, Weight> withinNetwork(Map<String, Weight> saved, Heads heads) {
        String prefix = heads.network() + ".";
        if (saved.keySet().stream().anyMatch(name -> name.startsWith(prefix))) {
            return saved;
        }
        Map<String, Weight> renamed = new LinkedHashMap<>();
        saved.forEach((name, weight) -> renamed.put(prefix + name, weight.named(prefix + name)));
        return renamed;
    }

    /** Makes the weights of a head, always the same for a seed. */
    private static final class FreshWeights implements Weights.Missing {

        private final Random random;
        private final Map<String, Weight> made = new LinkedHashMap<>();

        FreshWeights(Random random) {
            this.random = random;
        }

        @Override
        public Weight make(String name, int... shape) {
            return made.computeIfAbsent(name, key -> {
                int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
                float[] values = new float[count];
                if (shape.length > 1) {
                    for (int i = 0; i < count; i++) {
                        values[i] = (float) (DEVIATION * random.nextGaussian());
                    }
                } else if (!name.endsWith("bias")) {
                    Arrays.fill(values, 1); // the scale of a norm
                }
                return Weight.of(name, values, shape);
            });
        }

        Set<String> names() {
            return new TreeSet<>(made.keySet());
        }
    }

    /** Outputs per pair. */
    int labels() {
        return program.result().width();
    }

    /** Equal for equal weights, fresh ones included. */
    int fingerprint() {
        int hash = 1;
        for (Weight weight : program.weights()) {
            hash = 31 * hash + weight.name().hashCode();
            hash = 31 * hash + Arrays.hashCode(weight.toFloats());
        }
        return hash;
    }

    /** The longest pair that its positions allow. */
    int maxLength() {
        return settings.architecture().shape().maxTokens();
    }

    /** A pair as the network reads it, cut to {@code maxLength} tokens. */
    Sequence sequence(PairTokenizer.First query, String document, int maxLength) {
        Architecture architecture = settings.architecture();
        TokenizedPair pair = query.with(document, maxLength);
        int length = architecture.scoredTokens(pair.ids());
        int[] ids = Arrays.copyOf(pair.ids(), length);
        boolean segments =
                architecture.segments() > 1 && tokenizer.usesSegments().orElse(architecture.readsSegments());
        int[] types = segments ? Arrays.copyOf(pair.segments(), length) : new int[length];
        return new Sequence(ids, types, architecture.positions(ids));
    }

    @Override
    public void close() {
        tokenizer.tokenizer().close();
    }
}
