package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Settings.Sourced;
import dev.juxta.text.TextFrame;
import dev.juxta.text.TextFrame.Padding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a late-interaction checkpoint's files decide, in each of the forms that there are: the original ColBERT's
 * ({@code HF_ColBERT} with {@code artifact.metadata}), PyLate's, and that of sentence-transformers'
 * {@code MultiVectorEncoder}.
 *
 * @param settings the network up to the vectors of a text's tokens, of unit length; its one label is the similarity's name
 * @param queries how queries are read
 * @param documents how documents are read
 * @param skipped ids of the tokens of documents that are not compared, such as punctuation
 * @param mean whether the similarity is the mean over the query's tokens, and not their sum
 */
public record LateInteractionSettings(
        Settings settings, Side queries, Side documents, List<Integer> skipped, boolean mean) {

    /** The {@code model_type} in {@code config_sentence_transformers.json}, of PyLate and of sentence-transformers. */
    private static final List<String> MODEL_TYPES = List.of("ColBERT", "MultiVectorEncoder");

    private static final String STANFORD = "HF_ColBERT";
    private static final String METADATA = "artifact.metadata";
    private static final String PROJECTION = "linear";
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /** Tokens of a query in the original ColBERT. */
    private static final int QUERY_LENGTH = 32;

    /**
     * How the texts of one side are read.
     *
     * @param marker tokens before all else; empty where the marker is but text, or there is none
     * @param prompt text before the text
     * @param maxLength tokens per text; empty for what the tokenizer says
     * @param expansion what shorter texts are filled up with
     */
    public record Side(List<Integer> marker, String prompt, OptionalInt maxLength, Optional<Expansion> expansion) {

        /** With another text before the text, and no marker. */
        public Side withPrompt(String other) {
            return new Side(List.of(), other, maxLength, expansion);
        }

        /**
         * What is put around its texts.
         *
         * @param most tokens that the model can read
         */
        public TextFrame frame(int most) {
            return new TextFrame(
                    marker.stream().mapToInt(Integer::intValue).toArray(),
                    prompt,
                    0,
                    Math.min(most, maxLength.orElse(most)),
                    expansion.map(with -> new Padding(Math.min(most, with.length), with.id, with.attended)));
        }
    }

    /**
     * Tokens that fill up a query, and are compared as its own are (Khattab and Zaharia 2020, arXiv:2004.12832).
     *
     * @param length to which
     * @param id the mask token
     * @param attended whether the query's own tokens attend to them
     */
    public record Expansion(int length, int id, boolean attended) {}

    /** Whether the files are of a late-interaction model. */
    public static boolean matches(CheckpointFiles files) throws IOException {
        if (isStanford(JsonFile.read(files, Settings.CONFIG))) {
            return true;
        }
        if (!files.contains(Settings.MODULES)) {
            return false;
        }
        Optional<JsonFile> chain = JsonFile.readIfPresent(files, Settings.SENTENCE_TRANSFORMERS);
        return chain.isPresent()
                && (MODEL_TYPES.contains(chain.get().text("model_type").orElse(""))
                        || chain.get().has("query_prefix"));
    }

    private static boolean isStanford(JsonFile config) throws CheckpointException {
        return config.texts("architectures").contains(STANFORD);
    }

    /**
     * Reads the configuration files of a checkpoint.
     *
     * @throws CheckpointException if it is no late-interaction model, or of a kind that is not supported
     */
    public static LateInteractionSettings read(CheckpointFiles files) throws IOException {
        if (!matches(files)) {
            throw new CheckpointException(
                    files.location() + " is no late-interaction model: neither is its architecture " + STANFORD
                            + " nor its model_type one of " + MODEL_TYPES);
        }
        JsonFile config = JsonFile.read(files, Settings.CONFIG);
        Architecture encoder = Architectures.read(config, 1);
        VocabularyIds vocabulary = VocabularyIds.read(files);
        return isStanford(config) ? stanford(files, encoder, vocabulary) : saved(files, encoder, vocabulary);
    }

    private static LateInteractionSettings stanford(
            CheckpointFiles files, Architecture encoder, VocabularyIds vocabulary) throws IOException {
        JsonFile metadata = files.contains(METADATA)
                ? JsonFile.read(files, METADATA)
                : JsonFile.parse(METADATA, new byte[] {'{', '}'});
        int dimensions = metadata.integer("dim", 1, ConfigValues.LARGEST_WIDTH).orElse(128);
        Expansion expansion = new Expansion(
                metadata.integer("query_maxlen", 1, ConfigValues.LARGEST_TABLE).orElse(QUERY_LENGTH),
                maskToken(files, vocabulary),
                metadata.flag("attend_to_mask_tokens").orElse(false));
        Settings settings = settings(
                new ChainedEncoder(
                        encoder,
                        List.of(
                                new ChainModule.Projection(
                                        PROJECTION, encoder.shape().hidden(), dimensions),
                                new ChainModule.UnitLength())),
                Optional.empty(),
                Optional.empty(),
                "maxsim");
        Optional<Integer> length = metadata.integer("doc_maxlen", 1, ConfigValues.LARGEST_TABLE);
        return new LateInteractionSettings(
                settings,
                side(metadata.text("query_token_id").orElse("[unused0]") + " ", "", vocabulary)
                        .of(OptionalInt.of(expansion.length), Optional.of(expansion)),
                side(metadata.text("doc_token_id").orElse("[unused1]") + " ", "", vocabulary)
                        .of(optional(length), Optional.empty()),
                metadata.flag("mask_punctuation").orElse(true) ? ids(punctuation(), vocabulary) : List.of(),
                false);
    }

    private static LateInteractionSettings saved(CheckpointFiles files, Architecture encoder, VocabularyIds vocabulary)
            throws IOException {
        JsonFile saved = JsonFile.read(files, Settings.SENTENCE_TRANSFORMERS);
        Optional<JsonFile> transformer = Settings.transformerConfig(files);
        Chain chain = Chain.read(files);
        Optional<List<String>> words = chain.skippedWords();
        if (words.isEmpty() && saved.has("skiplist_words")) {
            words = Optional.of(saved.texts("skiplist_words"));
        }
        boolean mean = saved.text("similarity_fn_name").orElse("").equals("meanmaxsim");
        Settings settings =
                settings(chain.tokenVectors(encoder), transformer, Optional.of(saved), mean ? "meanmaxsim" : "maxsim");
        Map<String, String> prompts = settings.prompts();
        Optional<Expansion> expansion = expansion(files, saved, transformer, vocabulary);
        OptionalInt queryLength = length(saved, transformer, "query_length");
        if (expansion.isPresent() && fixed(transformer)) {
            queryLength = OptionalInt.of(expansion.get().length);
        }
        return new LateInteractionSettings(
                settings,
                side(saved.text("query_prefix").orElse(""), prompts.getOrDefault("query", ""), vocabulary)
                        .of(queryLength, expansion),
                side(saved.text("document_prefix").orElse(""), prompts.getOrDefault("document", ""), vocabulary)
                        .of(length(saved, transformer, "document_length"), Optional.empty()),
                ids(words.orElse(saved.has("query_prefix") ? punctuation() : List.of()), vocabulary),
                mean);
    }

    private static Settings settings(
            Architecture architecture, Optional<JsonFile> transformer, Optional<JsonFile> saved, String similarity)
            throws CheckpointException {
        return new Settings(
                architecture,
                List.of(similarity),
                new Sourced<>(OutputActivation.IDENTITY, "a similarity is its own value"),
                Settings.maxSequenceLength(transformer),
                transformer.isPresent()
                        && transformer.get().flag("do_lower_case").orElse(false),
                new LinkedHashMap<>(Settings.prompts(saved)),
                Settings.defaultPrompt(saved),
                Optional.empty());
    }

    /** A marker and a prompt, before it is known how long texts are. */
    private record Beginning(List<Integer> marker, String prompt) {
        Side of(OptionalInt maxLength, Optional<Expansion> expansion) {
            return new Side(marker, prompt, maxLength, expansion);
        }
    }

    /**
     * The prefix as one token, if the vocabulary has it so, with its blank or without; otherwise as text. A prompt that
     * begins with the prefix, as converted checkpoints have it, does not repeat it.
     */
    private static Beginning side(String prefix, String prompt, VocabularyIds vocabulary) {
        String whole = prompt.startsWith(prefix) ? prompt : prefix + prompt;
        if (prefix.isBlank()) {
            return new Beginning(List.of(), whole);
        }
        for (String token : List.of(prefix, prefix.strip().split("\\s+", 2)[0])) {
            OptionalInt id = vocabulary.find(token);
            if (id.isPresent() && whole.startsWith(token)) {
                return new Beginning(List.of(id.getAsInt()), whole.substring(token.length()));
            }
        }
        return new Beginning(List.of(), whole);
    }

    private static boolean fixed(Optional<JsonFile> transformer) throws CheckpointException {
        Optional<JsonFile> expansion =
                transformer.isPresent() ? transformer.get().object("query_expansion") : Optional.empty();
        return expansion.isEmpty()
                || expansion.get().text("strategy").orElse("fixed").equals("fixed");
    }

    /** {@code query_expansion} of sentence-transformers, else the keys of PyLate. */
    private static Optional<Expansion> expansion(
            CheckpointFiles files, JsonFile saved, Optional<JsonFile> transformer, VocabularyIds vocabulary)
            throws IOException {
        Optional<JsonFile> expansion =
                transformer.isPresent() ? transformer.get().object("query_expansion") : Optional.empty();
        if (expansion.isPresent()) {
            Optional<String> token = expansion.get().text("token");
            OptionalInt id =
                    token.isPresent() ? vocabulary.find(token.get()) : OptionalInt.of(maskToken(files, vocabulary));
            return Optional.of(new Expansion(
                    expansion.get().requireInteger("length", 1, ConfigValues.LARGEST_TABLE),
                    id.orElseThrow(() -> new CheckpointException(
                            files.location() + ": \"query_expansion\" names a token that the vocabulary has not")),
                    expansion.get().flag("attend").orElse(false)));
        }
        boolean pylate = saved.has("query_prefix") || saved.has("query_length") || saved.has("do_query_expansion");
        if (!pylate || !saved.flag("do_query_expansion").orElse(true)) {
            return Optional.empty();
        }
        return Optional.of(new Expansion(
                saved.integer("query_length", 1, ConfigValues.LARGEST_TABLE).orElse(QUERY_LENGTH),
                maskToken(files, vocabulary),
                saved.flag("attend_to_expansion_tokens")
                        .orElse(saved.flag("attend_to_mask_tokens").orElse(false))));
    }

    private static OptionalInt length(JsonFile saved, Optional<JsonFile> transformer, String key)
            throws CheckpointException {
        Optional<Integer> length = saved.integer(key, 1, ConfigValues.LARGEST_TABLE);
        if (length.isEmpty() && transformer.isPresent()) {
            length = transformer.get().integer(key, 1, ConfigValues.LARGEST_TABLE);
        }
        return optional(length);
    }

    private static OptionalInt optional(Optional<Integer> number) {
        return number.isPresent() ? OptionalInt.of(number.get()) : OptionalInt.empty();
    }

    /** The tokenizer's mask token, or of decoders the one that ends a text. */
    private static int maskToken(CheckpointFiles files, VocabularyIds vocabulary) throws IOException {
        List<String> candidates = new ArrayList<>();
        for (String role : List.of("mask_token", "eos_token")) {
            for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
                Optional<JsonFile> tokens = JsonFile.readIfPresent(files, file);
                if (tokens.isPresent()) {
                    candidates.add(
                            tokens.get().root().path(role).isString()
                                    ? tokens.get().root().path(role).stringValue()
                                    : tokens.get()
                                            .root()
                                            .path(role)
                                            .path("content")
                                            .asString(""));
                }
            }
            candidates.addAll(role.equals("mask_token") ? List.of("[MASK]", "<mask>") : List.of());
        }
        for (String candidate : candidates) {
            OptionalInt id = vocabulary.find(candidate);
            if (id.isPresent()) {
                return id.getAsInt();
            }
        }
        throw new CheckpointException(
                files.location() + " fills up queries with a mask token, and its tokenizer has none");
    }

    /** What the original ColBERT does not compare: ASCII's punctuation, each sign for itself. */
    public static List<String> punctuation() {
        return PUNCTUATION.chars().mapToObj(Character::toString).toList();
    }

    /** Words that are no token of their own are left out: their id would be that of all unknown words. */
    private static List<Integer> ids(List<String> words, VocabularyIds vocabulary) {
        return words.stream()
                .map(vocabulary::find)
                .filter(OptionalInt::isPresent)
                .map(OptionalInt::getAsInt)
                .toList();
    }
}
