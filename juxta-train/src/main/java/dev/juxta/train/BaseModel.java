package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.WeightFiles;
import dev.juxta.checkpoint.Weights;
import dev.juxta.checkpoint.Weights.WeightException;
import dev.juxta.model.Architecture;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.LateInteractionSettings;
import dev.juxta.model.Settings;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.text.TokenizerFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The checkpoint that a training begins with, as what it is to become: a cross-encoder, a bi-encoder or a late-interaction
 * model. One that is something else gets a fresh head, or loses the one that it has.
 */
public final class BaseModel implements AutoCloseable {

    /** BERT's layer over [CLS] that pre-training uses. */
    private static final Pattern POOLER = Pattern.compile("(?:^|\\.)pooler\\.");

    private final CheckpointFiles files;
    private final ModelForm form;
    private final Program program;
    private final TokenizerFiles tokenizer;
    private final Set<String> fresh;
    private final List<Weight> idle;
    private final String kind; // what besides the weights must be the same for a training to go on

    private BaseModel(
            CheckpointFiles files,
            ModelForm form,
            Program program,
            TokenizerFiles tokenizer,
            Set<String> fresh,
            List<Weight> idle,
            StudentOptions student) {
        this.files = files;
        this.form = form;
        this.program = program;
        this.tokenizer = tokenizer;
        this.fresh = fresh;
        this.idle = idle;
        this.kind = form.kind().embeds() ? ", as " + student.fingerprint() : "";
    }

    /**
     * Reads a checkpoint as a cross-encoder.
     *
     * @param seed of fresh weights
     * @throws CheckpointException if it cannot be trained; the message says why
     */
    public static BaseModel open(CheckpointFiles checkpoint, long seed) throws IOException {
        return open(checkpoint, seed, StudentOptions.crossEncoder());
    }

    /**
     * Reads a checkpoint that is to become something else, or smaller.
     *
     * @param seed of fresh weights
     * @throws CheckpointException if it cannot be trained so; the message says why
     */
    public static BaseModel open(CheckpointFiles checkpoint, long seed, StudentOptions student) throws IOException {
        Optional<LayerChoice> layers = Optional.empty();
        if (student.layers().isPresent()) {
            Architecture whole = StudentFiles.architecture(checkpoint);
            layers = Optional.of(LayerChoice.evenly(
                    checkpoint, whole.shape().layers(), student.layers().getAsInt(), whole.modelType()));
        }
        CheckpointFiles files = layers.isPresent() ? layers.get() : checkpoint;
        FreshWeights fresh = new FreshWeights(seed);
        return switch (student.kind()) {
            case CROSS_ENCODER -> crossEncoder(isBiEncoder(files) ? new EncoderFiles(files) : files, layers, fresh);
            case GATED_CROSS_ENCODER ->
                GatedStart.isGated(files) ? crossEncoder(files, layers, fresh) : gated(files, layers);
            case BI_ENCODER -> {
                CheckpointFiles own = StudentFiles.biEncoder(GatedStart.ungated(files), student.maxLength());
                yield embedder(
                        own,
                        new ModelForm.Vectors(EmbedderSettings.read(own), student.scale()),
                        layers,
                        fresh,
                        student);
            }
            case COLBERT -> {
                CheckpointFiles own = StudentFiles.colbert(GatedStart.ungated(files), student.maxLength());
                yield embedder(
                        own,
                        new ModelForm.Tokens(LateInteractionSettings.read(own), student.scale()),
                        layers,
                        fresh,
                        student);
            }
        };
    }

    private static boolean isBiEncoder(CheckpointFiles files) throws IOException {
        if (!files.contains(EncoderFiles.MODULES)) {
            return false;
        }
        Optional<JsonFile> config = JsonFile.readIfPresent(files, "config_sentence_transformers.json");
        return config.isEmpty() || !config.get().text("model_type").equals(Optional.of("CrossEncoder"));
    }

    private static BaseModel gated(CheckpointFiles files, Optional<LayerChoice> layers) throws IOException {
        Map<String, Weight> saved = chosen(files.weights(), layers);
        Heads heads = Heads.of(GatedStart.MODEL_TYPE).orElseThrow();
        GatedStart start = GatedStart.of(files, StudentFiles.architecture(files).shape(), heads.within(saved));
        Settings settings = Settings.read(start.files(), Optional.empty());
        Program program;
        try {
            Weights weights = new Weights(files.location(), start.weights());
            program = Recorder.record(ops -> settings.architecture().forward(ops, weights));
        } catch (WeightException e) {
            throw new CheckpointException(String.valueOf(e.getMessage()), e);
        }
        return new BaseModel(
                start.files(),
                new ModelForm.Pairs(settings),
                program,
                TokenizerFiles.read(start.files(), settings.lowercase()),
                start.fresh(),
                List.of(),
                StudentOptions.crossEncoder());
    }

    private static BaseModel crossEncoder(CheckpointFiles files, Optional<LayerChoice> layers, FreshWeights fresh)
            throws IOException {
        Settings settings = Settings.read(files, Optional.empty());
        Architecture architecture = settings.architecture();
        if (!architecture.weightFolders().isEmpty()) {
            throw new CheckpointException(
                    files.location()
                            + " is a chain of modules, which cannot be trained yet; begin with a plain encoder or cross-encoder");
        }
        Program program = scoring(files, architecture, chosen(files.weights(), layers), fresh);
        TokenizerFiles tokenizer = TokenizerFiles.read(files, settings.lowercase());
        return new BaseModel(
                files,
                new ModelForm.Pairs(settings),
                program,
                tokenizer,
                fresh.names(),
                List.of(),
                StudentOptions.crossEncoder());
    }

    private static Program scoring(
            CheckpointFiles files, Architecture architecture, Map<String, Weight> saved, FreshWeights fresh)
            throws IOException {
        try {
            if (JsonFile.read(files, "config.json").texts("architectures").stream()
                    .anyMatch(name -> name.endsWith("ForSequenceClassification"))) {
                Weights weights = new Weights(files.location(), saved);
                return Recorder.record(ops -> architecture.forward(ops, weights));
            }
            Heads heads = Heads.of(architecture.modelType())
                    .orElseThrow(() -> new CheckpointException(files.location() + " is a " + architecture.modelType()
                            + " without a classification head, and for that family no fresh one can be made"));
            return withFreshHead(files, architecture, heads.within(saved), fresh);
        } catch (WeightException e) {
            throw new CheckpointException(String.valueOf(e.getMessage()), e);
        }
    }

    private static BaseModel embedder(
            CheckpointFiles files,
            ModelForm form,
            Optional<LayerChoice> layers,
            FreshWeights fresh,
            StudentOptions student)
            throws IOException {
        Architecture architecture = form.settings().architecture();
        List<String> folders = architecture.weightFolders().stream()
                .filter(folder -> hasWeights(files.within(folder)))
                .toList();
        Map<String, Weight> saved = chosen(CheckpointSource.weights(files, folders), layers);
        Map<String, Weight> own =
                files instanceof OverlaidFiles ? Heads.without(saved, architecture.modelType()) : saved;
        Program program;
        try {
            if (files instanceof OverlaidFiles) {
                program = withFreshHead(files, architecture, own, fresh);
            } else {
                Weights weights = new Weights(files.location(), own);
                program = Recorder.record(ops -> architecture.forward(ops, weights));
            }
        } catch (WeightException e) {
            throw new CheckpointException(String.valueOf(e.getMessage()), e);
        }
        TokenizerFiles tokenizer = TokenizerFiles.read(files, form.settings().lowercase());
        try {
            requireTexts(files, form, program, tokenizer);
            return new BaseModel(files, form, program, tokenizer, fresh.names(), pooler(own, program), student);
        } catch (CheckpointException e) {
            tokenizer.tokenizer().close();
            throw e;
        }
    }

    private static List<Weight> pooler(Map<String, Weight> saved, Program program) {
        Set<String> read = program.weights().stream().map(Weight::name).collect(Collectors.toSet());
        return saved.values().stream()
                .filter(weight -> POOLER.matcher(weight.name()).find() && !read.contains(weight.name()))
                .toList();
    }

    private static boolean hasWeights(CheckpointFiles files) {
        return Arrays.stream(WeightFiles.values()).anyMatch(form -> files.contains(form.fileName()));
    }

    private static void requireTexts(CheckpointFiles files, ModelForm form, Program program, TokenizerFiles tokenizer)
            throws CheckpointException {
        if (tokenizer.texts().isEmpty()) {
            throw new CheckpointException(files.location() + " does not say how a single text is tokenized");
        }
        try {
            form.scoring(program, tokenizer, Integer.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(files.location() + " " + e.getMessage(), e);
        }
    }

    private static Map<String, Weight> chosen(Map<String, Weight> saved, Optional<LayerChoice> layers) {
        return layers.map(choice -> choice.apply(saved)).orElse(saved);
    }

    private static Program withFreshHead(
            CheckpointFiles files, Architecture architecture, Map<String, Weight> saved, FreshWeights fresh) {
        Weights encoder = new Weights(files.location(), saved);
        Recorder.record(ops -> architecture.encode(ops, encoder)); // what is missing here is no head
        Weights weights = new Weights(files.location(), saved, fresh);
        return Recorder.record(ops -> architecture.forward(ops, weights));
    }

    /** Where it lies, with what is put over its own files. */
    CheckpointFiles files() {
        return files;
    }

    /** What its configuration says. */
    Settings settings() {
        return form.settings();
    }

    /** How it scores. */
    public ModelKind kind() {
        return form.kind();
    }

    /** Its forward pass. */
    Program program() {
        return program;
    }

    /** The names of weights that it did not have. */
    Set<String> fresh() {
        return fresh;
    }

    /**
     * Weights of the network that no score reads, and that stay as they are: transformers would make them anew on every
     * load, and say so.
     */
    List<Weight> idle() {
        return idle;
    }

    /** Scores per pair. */
    int labels() {
        return kind().embeds() ? 1 : program.result().width();
    }

    /**
     * How it scores while it learns.
     *
     * @param maxLength tokens per pair or text
     */
    Scoring scoring(int maxLength) {
        return form.scoring(program, tokenizer, maxLength);
    }

    /** Equal for equal weights, fresh ones included, that are used in the same way. */
    String fingerprint() {
        int hash = 1;
        for (Weight weight : program.weights()) {
            hash = 31 * hash + weight.name().hashCode();
            hash = 31 * hash + Arrays.hashCode(weight.toFloats());
        }
        return Integer.toHexString(hash) + kind;
    }

    @Override
    public void close() {
        tokenizer.tokenizer().close();
    }
}
