package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Pooling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The modules of a cross-encoder as {@code modules.json} lists them: a Transformer, and what makes its output a score.
 *
 * @param steps the modules after the Transformer; empty where that has a classification head of its own
 */
record Chain(String file, List<Step> steps) {

    private static final String MODULES = "modules.json";
    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final String TOKENS = "token_embeddings";
    private static final String VECTOR = "sentence_embedding";
    private static final String PYLATE_DENSE = "pylate.models.Dense.Dense";
    private static final String SCORES = "scores";

    private static final Map<String, ActivationFunction> ACTIVATIONS = Map.of(
            "torch.nn.modules.activation.Tanh", ActivationFunction.TANH,
            "torch.nn.modules.activation.GELU", ActivationFunction.GELU,
            "torch.nn.modules.activation.ReLU", ActivationFunction.RELU,
            "torch.nn.modules.activation.SiLU", ActivationFunction.SILU,
            "torch.nn.modules.activation.Sigmoid", ActivationFunction.SIGMOID);
    /** The flags of older files, in the order in which their vectors stand side by side. */
    private static final List<Map.Entry<String, String>> POOLING_FLAGS = List.of(
            Map.entry("pooling_mode_cls_token", "cls"),
            Map.entry("pooling_mode_max_tokens", "max"),
            Map.entry("pooling_mode_mean_tokens", "mean"),
            Map.entry("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
            Map.entry("pooling_mode_weightedmean_tokens", "weightedmean"),
            Map.entry("pooling_mode_lasttoken", "lasttoken"));

    private static final String IDENTITY = "torch.nn.modules.linear.Identity";

    /**
     * A line of {@code modules.json}.
     *
     * @param type the last part of the Python class
     * @param folder where its files lie
     * @param config its {@code config.json}; empty where it has none
     */
    record Step(String type, String folder, Optional<JsonFile> config) {

        JsonFile required() throws CheckpointException {
            return config.orElseThrow(
                    () -> new CheckpointException("The module " + folder + " (" + type + ") has no config.json"));
        }
    }

    static Chain read(CheckpointFiles files) throws IOException {
        String file = files.describe(MODULES);
        List<Step> steps = new ArrayList<>();
        for (JsonNode module : JsonFile.readList(files, MODULES)) {
            String path = module.path("type").asString("?");
            String type = path.substring(path.lastIndexOf('.') + 1);
            String folder = module.path("path").asString("");
            boolean first = steps.isEmpty();
            if (first != type.equals("Transformer")
                    || !(path.startsWith("sentence_transformers.") || path.equals(PYLATE_DENSE))
                    || !(first ? folder.isEmpty() : FOLDER.matcher(folder).matches())) {
                throw new CheckpointException(file + ": the module \"" + path + "\" in the folder \"" + folder
                        + "\" is not supported there; a chain is a Transformer in the checkpoint's own folder, then Pooling,"
                        + " Dense, LayerNorm, Normalize or LogitScore of sentence_transformers, each in its folder");
            }
            steps.add(new Step(type, folder, JsonFile.readIfPresent(files, folder + "/config.json")));
        }
        if (steps.isEmpty()) {
            throw new CheckpointException(file + " lists no modules");
        }
        return new Chain(file, List.copyOf(steps.subList(1, steps.size())));
    }

    /** How many numbers come out at the end; empty where the Transformer's own head says that. */
    OptionalInt outputs() throws CheckpointException {
        if (steps.isEmpty()) {
            return OptionalInt.empty();
        }
        Step last = steps.get(steps.size() - 1);
        if (last.type.equals("LogitScore")) {
            return OptionalInt.of(1);
        }
        JsonFile config = last.required();
        if (!last.type.equals("Dense")
                || !config.text("module_output_name").orElse(VECTOR).equals(SCORES)) {
            throw new CheckpointException(
                    file + ": the last module, " + last.type + ", gives no scores; only a LogitScore does, and a Dense"
                            + " whose \"module_output_name\" is \"" + SCORES + "\"");
        }
        return OptionalInt.of(config.requireInteger("out_features", 1, ConfigValues.LARGEST_WIDTH));
    }

    /** The encoder with these modules as its head. */
    Architecture behind(Architecture encoder) throws CheckpointException {
        if (!poolsPrompt()) {
            throw new CheckpointException(
                    file + ": pooling without the prompt (\"include_prompt\") is not supported in a cross-encoder");
        }
        return steps.isEmpty() ? encoder : new ChainedEncoder(encoder, modules(encoder, SCORES));
    }

    /** The encoder with these modules, which make one vector of each sequence. */
    ChainedEncoder embedding(Architecture encoder) throws CheckpointException {
        if (steps.isEmpty()) {
            throw new CheckpointException(
                    file + " lists no Pooling after the Transformer, so a text has no vector of its own");
        }
        return new ChainedEncoder(encoder, modules(encoder, VECTOR));
    }

    /** The encoder with these modules, which make a vector of unit length of each token. */
    Architecture tokenVectors(Architecture encoder) throws CheckpointException {
        List<ChainModule> modules = new ArrayList<>();
        int width = encoder.shape().hidden();
        for (Step step : steps) {
            switch (step.type) {
                case "Dense" -> {
                    ChainModule.Dense dense = dense(step, width, TOKENS, TOKENS);
                    width = dense.out();
                    modules.add(dense);
                }
                case "Normalize", "MultiVectorMask", "Dropout" -> {
                    // they are of unit length in the end, and the mask is not the network's
                }
                default ->
                    throw new CheckpointException(file + ": the module " + step.type
                            + " is not supported in a late-interaction model; supported are Dense, MultiVectorMask and"
                            + " Normalize");
            }
        }
        modules.add(new ChainModule.UnitLength());
        return new ChainedEncoder(encoder, List.copyOf(modules));
    }

    /** The words whose tokens are not compared, where a mask says so. */
    Optional<List<String>> skippedWords() throws CheckpointException {
        for (Step step : steps) {
            if (step.type.equals("MultiVectorMask")) {
                return Optional.of(step.required().texts("skiplist_words"));
            }
        }
        return Optional.empty();
    }

    /** @param result what the last module writes, where it says so */
    private List<ChainModule> modules(Architecture encoder, String result) throws CheckpointException {
        List<ChainModule> modules = new ArrayList<>();
        int width = encoder.shape().hidden();
        for (Step step : steps) {
            if (step.type.equals("Dropout")) {
                continue; // does nothing but in training
            }
            boolean pooled = !modules.isEmpty();
            if (pooled == (step.type.equals("Pooling") || step.type.equals("LogitScore"))) {
                throw new CheckpointException(file + ": " + step.folder
                        + " is out of place; Pooling or LogitScore comes right after the Transformer, and only there");
            }
            boolean last = step.equals(steps.get(steps.size() - 1));
            ChainModule module = module(step, encoder, width, last ? result : VECTOR);
            if (module instanceof ChainModule.Pool pool) {
                width *= pool.modes().size();
            }
            if (module instanceof ChainModule.Dense dense) {
                width = dense.out();
            }
            modules.add(module);
        }
        return List.copyOf(modules);
    }

    private ChainModule module(Step step, Architecture encoder, int width, String output) throws CheckpointException {
        return switch (step.type) {
            case "Pooling" -> pooling(step.required());
            case "Dense" -> dense(step, width, VECTOR, output);
            case "LayerNorm" -> {
                requireWidth(step.required(), "dimension", width);
                yield new ChainModule.LayerNorm(step.folder, width);
            }
            case "Normalize" -> new ChainModule.UnitLength();
            case "LogitScore" -> logitScore(step.required(), encoder);
            default ->
                throw new CheckpointException(file + ": the module " + step.type
                        + " is not supported; supported are Pooling, Dense, LayerNorm, Normalize and LogitScore");
        };
    }

    /** Whether poolings read the tokens of a prompt, too ({@code include_prompt}). */
    boolean poolsPrompt() throws CheckpointException {
        for (Step step : steps) {
            if (step.type.equals("Pooling")
                    && !step.required().flag("include_prompt").orElse(true)) {
                return false;
            }
        }
        return true;
    }

    /** {@code pooling_mode}, or in older files a flag for each mode. */
    private ChainModule pooling(JsonFile config) throws CheckpointException {
        List<Pooling> modes = new ArrayList<>();
        for (String name : poolingNames(config)) {
            modes.add(
                    switch (name) {
                        case "cls" -> poolsPrompt() ? Pooling.FIRST : Pooling.FIRST_POOLED;
                        case "lasttoken" -> Pooling.LAST;
                        case "mean" -> Pooling.MEAN;
                        case "mean_sqrt_len_tokens" -> Pooling.MEAN_SQRT;
                        case "weightedmean" -> Pooling.WEIGHTED_MEAN;
                        case "max" -> Pooling.MAX;
                        default ->
                            throw new CheckpointException(config.file() + ": the pooling mode \"" + name
                                    + "\" is not supported; supported are cls, lasttoken, mean, mean_sqrt_len_tokens, weightedmean"
                                    + " and max");
                    });
        }
        return new ChainModule.Pool(modes);
    }

    private static List<String> poolingNames(JsonFile config) throws CheckpointException {
        List<String> modes = new ArrayList<>();
        if (config.has("pooling_mode")) {
            modes.addAll(
                    config.root().get("pooling_mode").isString()
                            ? List.of(config.requireText("pooling_mode"))
                            : config.texts("pooling_mode"));
        } else {
            for (Map.Entry<String, String> flag : POOLING_FLAGS) {
                if (config.flag(flag.getKey()).orElse(false)) {
                    modes.add(flag.getValue());
                }
            }
        }
        return modes.isEmpty() ? List.of("mean") : modes;
    }

    private static ChainModule.Dense dense(Step step, int width, String reads, String writes)
            throws CheckpointException {
        JsonFile config = step.required();
        requireWidth(config, "in_features", width);
        String input = config.text("module_input_name").orElse(reads);
        String output = config.text("module_output_name").orElse(input);
        if (!input.equals(reads) || !output.equals(writes)) {
            throw new CheckpointException(config.file() + ": a Dense from \"" + input + "\" to \"" + output
                    + "\" is not supported here; it must read \"" + reads + "\" and write \"" + writes
                    + "\"");
        }
        String activation = config.text("activation_function").orElse("torch.nn.modules.activation.Tanh");
        Optional<ActivationFunction> function = Optional.ofNullable(ACTIVATIONS.get(activation));
        if (function.isEmpty() && !activation.equals(IDENTITY)) {
            throw new CheckpointException(
                    config.file() + ": \"activation_function\" is \"" + activation + "\", which is not supported");
        }
        return new ChainModule.Dense(
                step.folder,
                width,
                config.requireInteger("out_features", 1, ConfigValues.LARGEST_WIDTH),
                config.flag("bias").orElse(true),
                function,
                config.flag("use_residual").orElse(false));
    }

    private static void requireWidth(JsonFile config, String key, int width) throws CheckpointException {
        int found = config.requireInteger(key, 1, ConfigValues.LARGEST_WIDTH);
        if (found != width) {
            throw new CheckpointException(config.file() + ": \"" + key + "\" is " + found
                    + ", and the module before gives vectors of width " + width);
        }
    }

    private static ChainModule logitScore(JsonFile config, Architecture encoder) throws CheckpointException {
        int largest = encoder.shape().vocabulary() - 1;
        Optional<Integer> no = config.integer("false_token_id", 0, largest);
        return new ChainModule.LogitScore(
                generator(config, encoder),
                config.requireInteger("true_token_id", 0, largest),
                no.isPresent() ? OptionalInt.of(no.get()) : OptionalInt.empty());
    }

    /** The encoder as one that has logits of tokens. */
    static Generator generator(JsonFile config, Architecture encoder) throws CheckpointException {
        if (encoder instanceof Generator generator) {
            return generator;
        }
        throw new CheckpointException(
                config.file() + " asks for the logits of tokens, which " + encoder.modelType() + " does not give here");
    }
}
