package dev.juxta.model;

import dev.juxta.checkpoint.ChatTemplateFile;
import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a cross-encoder checkpoint's files decide, by sentence-transformers' rules of precedence.
 *
 * <p>Without {@code modules.json} only {@code config.json} counts. With it, and {@code model_type} "CrossEncoder" in
 * {@code config_sentence_transformers.json}, that file's activation and prompts and {@code sentence_bert_config.json}'s
 * length and case count too.
 *
 * @param architecture the network
 * @param labels the names of its outputs, in order
 * @param activation what turns logits into values, with where that was found
 * @param maxSequenceLength a length limit saved in {@code sentence_bert_config.json}
 * @param lowercase whether texts are put into lower case before they are tokenized
 * @param prompts texts to put before the first of a pair, by name
 * @param defaultPrompt the name of the prompt that is used unless the caller says otherwise
 * @param chat the template through which pairs are read, where they are read through one
 */
public record Settings(
        Architecture architecture,
        List<String> labels,
        Sourced<OutputActivation> activation,
        OptionalInt maxSequenceLength,
        boolean lowercase,
        Map<String, String> prompts,
        Optional<String> defaultPrompt,
        Optional<ChatTemplateFile> chat) {

    private static final Logger LOGGER = System.getLogger(Settings.class.getName());

    static final String CONFIG = "config.json";
    static final String MODULES = "modules.json";
    static final String SENTENCE_TRANSFORMERS = "config_sentence_transformers.json";

    /** The names under which sentence-transformers has saved its transformer module's configuration. */
    public static final List<String> TRANSFORMER_CONFIGS = List.of(
            "sentence_bert_config.json",
            "sentence_roberta_config.json",
            "sentence_distilbert_config.json",
            "sentence_camembert_config.json",
            "sentence_albert_config.json",
            "sentence_xlm-roberta_config.json",
            "sentence_xlnet_config.json");

    /** What transformers assumes where a configuration does not say. */
    private static final int DEFAULT_LABELS = 2;

    private static final int MOST_LABELS = 1 << 20;

    /**
     * A value and where it was found.
     *
     * @param source a file and key, or "argument", or "default"
     */
    public record Sourced<T>(T value, String source) {}

    /**
     * Reads the configuration files of a checkpoint.
     *
     * @param activation what the caller asks for; then the checkpoint's own is not read, and may be one that is not there
     */
    public static Settings read(CheckpointFiles files, Optional<OutputActivation> activation) throws IOException {
        JsonFile config = JsonFile.read(files, CONFIG);
        Optional<JsonFile> chain = chainConfig(files);
        Optional<JsonFile> transformer = chain.isPresent() ? transformerConfig(files) : Optional.empty();
        Optional<Chain> modules = chain.isPresent() ? Optional.of(Chain.read(files)) : Optional.empty();
        List<String> labels = labels(config, modules.isPresent() ? modules.get().outputs() : OptionalInt.empty());
        return new Settings(
                architecture(files, config, modules, labels.size()),
                labels,
                activation.isPresent()
                        ? new Sourced<>(activation.get(), "argument")
                        : activation(config, chain, labels.size()),
                maxSequenceLength(transformer),
                transformer.isPresent()
                        && transformer.get().flag("do_lower_case").orElse(false),
                prompts(chain),
                defaultPrompt(chain),
                ChatTemplateFile.read(files, transformer));
    }

    /** The network with its own head, with saved modules, or of a text generator the logits of yes and no. */
    private static Architecture architecture(
            CheckpointFiles files, JsonFile config, Optional<Chain> modules, int labels) throws IOException {
        Architecture architecture = Architectures.read(config, labels);
        List<String> classes = config.texts("architectures");
        if (modules.isPresent()) {
            return modules.get().behind(architecture);
        }
        if (classes.isEmpty() || !classes.get(0).endsWith("ForCausalLM")) {
            return architecture;
        }
        VocabularyIds ids = VocabularyIds.read(files);
        return new ChainedEncoder(
                architecture,
                List.of(new ChainModule.LogitScore(
                        Chain.generator(config, architecture), ids.of("yes"), OptionalInt.of(ids.of("no")))));
    }

    /** {@code config_sentence_transformers.json}, where it counts; refuses chains that embed. */
    private static Optional<JsonFile> chainConfig(CheckpointFiles files) throws IOException {
        if (!files.contains(MODULES)) {
            return Optional.empty();
        }
        Optional<JsonFile> chain = JsonFile.readIfPresent(files, SENTENCE_TRANSFORMERS);
        String modelType = chain.isPresent()
                ? chain.get().text("model_type").orElse("SentenceTransformer")
                : "SentenceTransformer";
        if (!modelType.equals("CrossEncoder")) {
            throw new CheckpointException(
                    files.location() + " is a " + modelType + " (by its " + MODULES
                            + "), which embeds one text at a time; a cross-encoder scores pairs, and its model_type is \"CrossEncoder\"");
        }
        return chain;
    }

    static Optional<JsonFile> transformerConfig(CheckpointFiles files) throws IOException {
        for (String name : TRANSFORMER_CONFIGS) {
            if (files.contains(name)) {
                return Optional.of(JsonFile.read(files, name));
            }
        }
        return Optional.empty();
    }

    /** As many names as there are outputs: those of saved modules, else those that a classifier's configuration says. */
    private static List<String> labels(JsonFile config, OptionalInt outputs) throws CheckpointException {
        boolean classifies =
                config.texts("architectures").stream().anyMatch(name -> name.endsWith("ForSequenceClassification"));
        Optional<JsonFile> names = config.object("id2label");
        int count = outputs.orElse(1);
        if (classifies && outputs.isEmpty()) {
            count = names.isPresent()
                    ? names.get().root().size()
                    : config.integer("num_labels", 1, MOST_LABELS).orElse(DEFAULT_LABELS);
        }
        if (count == 0) {
            throw new CheckpointException(config.file() + ": \"id2label\" names no label");
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Optional<String> name = names.isPresent() ? names.get().text(Integer.toString(i)) : Optional.empty();
            labels.add(name.orElse("LABEL_" + i));
        }
        return List.copyOf(labels);
    }

    private static Sourced<OutputActivation> activation(JsonFile config, Optional<JsonFile> chain, int labels)
            throws CheckpointException {
        Optional<Sourced<OutputActivation>> found = Optional.empty();
        if (chain.isPresent()) {
            found = activation(chain.get(), "activation_fn");
        }
        if (found.isEmpty()) {
            Optional<JsonFile> nested = config.object("sentence_transformers");
            boolean inConfig = nested.isPresent() && nested.get().root().has("activation_fn");
            found = inConfig
                    ? activation(nested.get(), "activation_fn")
                    : activation(config, "sbert_ce_default_activation_function");
        }
        return found.orElse(new Sourced<>(
                labels == 1 ? OutputActivation.SIGMOID : OutputActivation.IDENTITY,
                labels == 1 ? "default for one label" : "default for several labels"));
    }

    /** The activation at {@code key}; names outside {@code torch} are code that would have to be trusted, and are passed over. */
    private static Optional<Sourced<OutputActivation>> activation(JsonFile file, String key)
            throws CheckpointException {
        Optional<String> path = file.text(key);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        if (!path.get().startsWith("torch.")) {
            LOGGER.log(
                    Level.WARNING,
                    "{0}: \"{1}\" is {2}, code outside torch that is not run; the default is used instead",
                    file.file(),
                    key,
                    file.quoted(key));
            return Optional.empty();
        }
        OutputActivation activation = OutputActivation.ofTorch(path.get())
                .orElseThrow(() -> new CheckpointException(file.file() + ": \"" + key + "\" is " + file.quoted(key)
                        + ", which is not supported; choose another with the activation option"));
        return Optional.of(new Sourced<>(activation, file.file() + ": " + key));
    }

    static OptionalInt maxSequenceLength(Optional<JsonFile> transformer) throws CheckpointException {
        Optional<Integer> length = transformer.isPresent()
                ? transformer.get().integer("max_seq_length", 1, Integer.MAX_VALUE)
                : Optional.empty();
        return length.isPresent() ? OptionalInt.of(length.get()) : OptionalInt.empty();
    }

    static Map<String, String> prompts(Optional<JsonFile> chain) throws CheckpointException {
        Optional<JsonFile> prompts = chain.isPresent() ? chain.get().object("prompts") : Optional.empty();
        Map<String, String> texts = new LinkedHashMap<>();
        if (prompts.isPresent()) {
            for (String name : prompts.get().root().propertyNames()) {
                texts.put(name, prompts.get().text(name).orElse(""));
            }
        }
        return texts;
    }

    static Optional<String> defaultPrompt(Optional<JsonFile> chain) throws CheckpointException {
        Optional<String> name = chain.isPresent() ? chain.get().text("default_prompt_name") : Optional.empty();
        if (name.isPresent() && !prompts(chain).containsKey(name.get())) {
            throw new CheckpointException(chain.get().file() + ": \"default_prompt_name\" is \"" + name.get()
                    + "\", and \"prompts\" has only " + prompts(chain).keySet());
        }
        return name;
    }
}
