package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Settings.Sourced;
import dev.juxta.ops.Pooling;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a bi-encoder checkpoint's files decide, by sentence-transformers' rules: with {@code modules.json} the saved chain,
 * and of a bare network the mean of its tokens, or a text generator's last one.
 *
 * @param settings the network up to the vector of a text; its one label is the similarity's name
 * @param similarity how vectors are compared: {@code similarity_fn_name}, else cosine
 * @param dimensions {@code truncate_dim}, where vectors are cut to their first dimensions
 * @param poolings how tokens become one vector, side by side where there are several ways
 * @param poolsPrompt whether the tokens of a prompt are pooled, too
 */
public record EmbedderSettings(
        Settings settings, Similarity similarity, OptionalInt dimensions, List<Pooling> poolings, boolean poolsPrompt) {

    public EmbedderSettings {
        poolings = List.copyOf(poolings);
    }

    /** The {@code model_type} of chains that embed; files older than that key have none. */
    public static final String MODEL_TYPE = "SentenceTransformer";

    private static final Logger LOGGER = System.getLogger(EmbedderSettings.class.getName());

    /** Whether the files are of a bi-encoder: by their chain, or as a network without a head of its own. */
    public static boolean matches(CheckpointFiles files) throws IOException {
        if (files.contains(Settings.MODULES)) {
            Optional<JsonFile> chain = JsonFile.readIfPresent(files, Settings.SENTENCE_TRANSFORMERS);
            return chain.isEmpty()
                    || chain.get().text("model_type").orElse(MODEL_TYPE).equals(MODEL_TYPE);
        }
        List<String> classes = JsonFile.read(files, Settings.CONFIG).texts("architectures");
        return !classes.isEmpty()
                && (classes.get(0).endsWith("Model") || classes.get(0).endsWith("ForMaskedLM"));
    }

    /**
     * Reads the configuration files of a checkpoint.
     *
     * @throws CheckpointException if it is no bi-encoder, or of a kind that is not supported
     */
    public static EmbedderSettings read(CheckpointFiles files) throws IOException {
        JsonFile config = JsonFile.read(files, Settings.CONFIG);
        Architecture encoder = Architectures.read(config, 1);
        boolean saved = files.contains(Settings.MODULES);
        Optional<JsonFile> chain =
                saved ? JsonFile.readIfPresent(files, Settings.SENTENCE_TRANSFORMERS) : Optional.empty();
        requireEmbedder(files, chain);
        Optional<JsonFile> transformer = saved ? Settings.transformerConfig(files) : Optional.empty();
        Similarity similarity = similarity(chain);
        Optional<Chain> modules = saved ? Optional.of(Chain.read(files)) : Optional.empty();
        ChainedEncoder network = modules.isPresent() ? modules.get().embedding(encoder) : pooled(config, encoder);
        Settings settings = new Settings(
                network,
                List.of(similarity.toString()),
                new Sourced<>(OutputActivation.IDENTITY, "a similarity is its own value"),
                Settings.maxSequenceLength(transformer),
                transformer.isPresent()
                        && transformer.get().flag("do_lower_case").orElse(false),
                Settings.prompts(chain),
                Settings.defaultPrompt(chain),
                Optional.empty());
        Optional<Integer> dimensions = chain.isPresent()
                ? chain.get().integer("truncate_dim", 1, ConfigValues.LARGEST_WIDTH)
                : Optional.empty();
        return new EmbedderSettings(
                settings,
                similarity,
                dimensions.map(OptionalInt::of).orElse(OptionalInt.empty()),
                network.poolings(),
                modules.isEmpty() || modules.get().poolsPrompt());
    }

    private static void requireEmbedder(CheckpointFiles files, Optional<JsonFile> chain) throws CheckpointException {
        String modelType = chain.isPresent() ? chain.get().text("model_type").orElse(MODEL_TYPE) : MODEL_TYPE;
        if (!modelType.equals(MODEL_TYPE)) {
            throw new CheckpointException(files.location() + " is a " + modelType + " (by its " + Settings.MODULES
                    + "); a bi-encoder is a " + MODEL_TYPE);
        }
    }

    /** What sentence-transformers makes of a network without a chain. */
    private static ChainedEncoder pooled(JsonFile config, Architecture encoder) throws CheckpointException {
        List<String> classes = config.texts("architectures");
        boolean generates = !classes.isEmpty()
                && classes.get(0).endsWith("ForCausalLM")
                && config.flag("is_causal").orElse(true);
        LOGGER.log(
                Level.INFO,
                "{0} has no modules.json; a text''s vector is {1}",
                config.file(),
                generates ? "that of its last token" : "the mean of its tokens'");
        return new ChainedEncoder(encoder, List.of(new ChainModule.Pool(generates ? Pooling.LAST : Pooling.MEAN)));
    }

    private static Similarity similarity(Optional<JsonFile> chain) throws CheckpointException {
        Optional<String> name = chain.isPresent() ? chain.get().text("similarity_fn_name") : Optional.empty();
        try {
            return name.map(Similarity::named).orElse(Similarity.COSINE);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(chain.orElseThrow().file() + ": \"similarity_fn_name\" " + e.getMessage(), e);
        }
    }
}
