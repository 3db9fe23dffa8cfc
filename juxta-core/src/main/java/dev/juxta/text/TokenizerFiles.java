package dev.juxta.text;

import dev.juxta.checkpoint.ChatTemplateFile;
import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A checkpoint's tokenizer and what its files say of it.
 *
 * @param tokenizer turns pairs into tokens
 * @param texts turns single texts into tokens, by the same native tokenizer; empty where the files do not say how
 * @param maxLength {@code model_max_length} of {@code tokenizer_config.json}, where that is a real length
 * @param usesSegments whether {@code model_input_names} has token types; empty where the file does not say
 * @param unknown the id of the token that stands for what the vocabulary lacks; empty where it lacks nothing
 */
public record TokenizerFiles(
        PairTokenizer tokenizer,
        Optional<TextTokenizer> texts,
        OptionalInt maxLength,
        Optional<Boolean> usesSegments,
        OptionalInt unknown) {

    private static final String JSON = "tokenizer.json";
    private static final String CONFIG = "tokenizer_config.json";
    private static final String VOCABULARY = "vocab.txt";

    /** Lengths beyond this stand for "no limit": Hugging Face writes 10³⁰. */
    private static final double LARGEST_LENGTH = 1e9;

    /**
     * Reads {@code tokenizer.json}, or the vocabulary of the family's first tokenizer where there is none, and
     * {@code tokenizer_config.json}.
     *
     * @param lowercase put texts into lower case before all else, as {@code sentence_bert_config.json} can ask for
     * @throws CheckpointException if none is there, or one of them cannot be read
     */
    public static TokenizerFiles read(CheckpointFiles files, boolean lowercase) throws IOException {
        return read(files, lowercase, Optional.empty());
    }

    /**
     * The same, where pairs are read through a chat template.
     *
     * @param chat the template
     */
    public static TokenizerFiles read(CheckpointFiles files, boolean lowercase, Optional<ChatTemplateFile> chat)
            throws IOException {
        Optional<JsonFile> config = JsonFile.readIfPresent(files, CONFIG);
        TokenizerJson description = description(files, config);
        if (lowercase) {
            description = description.withLowercase();
        }
        JsonFile model = description.scalars();
        Tokenizer tokenizer = tokenizer(description, model);
        try {
            PairTokenizer pairs = chat.isPresent()
                    ? ChatPairs.of(tokenizer, chat.get())
                    : new TemplatedPairs(tokenizer, description.pairTemplate());
            Optional<TextTokenizer> texts =
                    description.textTemplate().map(template -> new TextTokenizer(tokenizer, template));
            return new TokenizerFiles(pairs, texts, maxLength(config), usesSegments(config), unknown(model, tokenizer));
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * A checkpoint's tokenizer in the form of a {@code tokenizer.json}, whichever form its files have.
     *
     * @throws CheckpointException if it has none, or one that cannot be read
     */
    public static JsonFile json(CheckpointFiles files) throws IOException {
        return files.contains(JSON)
                ? JsonFile.read(files, JSON)
                : converted(files, JsonFile.readIfPresent(files, CONFIG));
    }

    private static TokenizerJson description(CheckpointFiles files, Optional<JsonFile> config) throws IOException {
        return files.contains(JSON) ? TokenizerJson.read(files, JSON) : TokenizerJson.of(converted(files, config));
    }

    private static JsonFile converted(CheckpointFiles files, Optional<JsonFile> config) throws IOException {
        Optional<JsonFile> model = JsonFile.readIfPresent(files, "config.json");
        Optional<String> modelType = model.isPresent() ? model.get().text("model_type") : Optional.empty();
        for (String name : SentencePieceTokenizer.FILES) {
            if (files.contains(name)) {
                return SentencePieceTokenizer.read(files, name, config, modelType)
                        .toTokenizerJson();
            }
        }
        if (files.contains(ByteLevelBpe.VOCABULARY)) {
            return ByteLevelBpe.read(files, config, modelType).toTokenizerJson();
        }
        if (files.contains(VOCABULARY)) {
            boolean mpnet = modelType.equals(Optional.of("mpnet"));
            return WordPieceVocabulary.read(files, VOCABULARY, config, mpnet).toTokenizerJson();
        }
        throw new CheckpointException(files.location() + " has neither " + JSON + " nor " + VOCABULARY + ", "
                + ByteLevelBpe.VOCABULARY + " or a SentencePiece model ("
                + String.join(", ", SentencePieceTokenizer.FILES)
                + "); a checkpoint needs one of them to tokenize texts");
    }

    private static Tokenizer tokenizer(TokenizerJson description, JsonFile model) throws CheckpointException {
        try {
            return Tokenizer.of(description.toJson(), description.wordCache(model));
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(
                    description.file() + " describes no tokenizer that can be built: " + e.getMessage(), e);
        }
    }

    private static OptionalInt unknown(JsonFile model, Tokenizer tokenizer) throws CheckpointException {
        Optional<Integer> id = model.integer("unk_id", 0, Integer.MAX_VALUE);
        if (id.isPresent()) {
            return OptionalInt.of(id.get());
        }
        int[] ids = tokenizer.encode(model.text("unk_token").orElse("")); // as special tokens are read in any text
        return ids.length == 1 ? OptionalInt.of(ids[0]) : OptionalInt.empty();
    }

    private static OptionalInt maxLength(Optional<JsonFile> config) throws CheckpointException {
        Optional<Double> length = config.isPresent() ? config.get().number("model_max_length") : Optional.empty();
        if (length.isEmpty() || length.get() >= LARGEST_LENGTH) {
            return OptionalInt.empty();
        }
        if (length.get() < 1) {
            throw new CheckpointException(
                    config.get().file() + ": \"model_max_length\" must be at least 1, and is " + length.get());
        }
        return OptionalInt.of(length.get().intValue());
    }

    private static Optional<Boolean> usesSegments(Optional<JsonFile> config) throws CheckpointException {
        if (config.isEmpty() || !config.get().has("model_input_names")) {
            return Optional.empty();
        }
        return Optional.of(config.get().texts("model_input_names").contains("token_type_ids"));
    }
}
