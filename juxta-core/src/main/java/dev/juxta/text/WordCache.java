package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import tools.jackson.databind.JsonNode;

/**
 * The tokens of words that a tokenizer has met. BERT's kind (Devlin et al. 2018, arXiv:1810.04805) reads each word by
 * itself, and texts are made of few words, so most of a text need not be tokenized again. Thread-safe.
 *
 * <p>What counts as a word is a part of the text between blanks, and of one with nothing but printable ASCII each run of
 * letters and digits and each other character; all else is left to the tokenizer. That holds where a text is normalized
 * character by character, split by {@code BertPreTokenizer}, and its words are cut into word pieces.
 */
final class WordCache {

    /** Words that are kept; some megabytes. */
    private static final int MOST_WORDS = 1 << 15;

    /** Longer ones are seldom met twice. */
    private static final int LONGEST_WORD = 32;

    private static final Set<String> NORMALIZERS = Set.of("BertNormalizer", "Lowercase");

    private final List<String> added;
    private final Map<String, int[]> words = new ConcurrentHashMap<>();

    private WordCache(List<String> added) {
        this.added = added;
    }

    /**
     * A cache for a tokenizer, if it is one that reads word by word.
     *
     * @param description what {@code tokenizer.json} has beside the model
     * @param model the model's scalars
     */
    static Optional<WordCache> of(JsonNode description, JsonFile model) throws CheckpointException {
        boolean pieces = model.text("type").orElse("WordPiece").equals("WordPiece")
                && model.text("continuing_subword_prefix").isPresent();
        if (!pieces
                || !normalizesCharacters(description.path("normalizer"))
                || !description.path("pre_tokenizer").path("type").asString("").equals("BertPreTokenizer")) {
            return Optional.empty();
        }
        List<String> added = new ArrayList<>();
        for (JsonNode token : description.path("added_tokens")) {
            String content = token.path("content").asString("");
            boolean inOneWord = !content.isEmpty() && content.chars().noneMatch(Character::isWhitespace);
            if (!inOneWord || token.path("normalized").asBoolean(true)) {
                return Optional.empty();
            }
            added.add(content);
        }
        return Optional.of(new WordCache(List.copyOf(added)));
    }

    private static boolean normalizesCharacters(JsonNode normalizer) {
        if (normalizer.path("type").asString("").equals("Sequence")) {
            for (JsonNode step : normalizer.path("normalizers")) {
                if (!normalizesCharacters(step)) {
                    return false;
                }
            }
            return true;
        }
        return NORMALIZERS.contains(normalizer.path("type").asString(""));
    }

    /**
     * The vocabulary ids of a text.
     *
     * @param tokenizer reads what is not known yet
     */
    int[] encode(String text, Function<String, int[]> tokenizer) {
        Ids ids = new Ids(text.length());
        Words of = new Words(text);
        while (of.next()) {
            ids.add(tokens(of.word(), tokenizer));
        }
        return ids.toArray();
    }

    /**
     * How far the first tokens of a text reach.
     *
     * @param count the first tokens, no more than the text has
     * @param tokenizer reads what is not known yet
     * @param ends says of a word how far so many of its first tokens reach
     * @return index after the last char they stand for; 0 if they stand for none
     */
    int end(String text, int count, Function<String, int[]> tokenizer, ToIntBiFunction<String, Integer> ends) {
        Words of = new Words(text);
        int before = 0;
        while (before < count && of.next()) {
            int length = tokens(of.word(), tokenizer).length;
            if (before + length >= count) {
                int within = ends.applyAsInt(of.word(), count - before);
                return within > 0 ? of.begin + within : end(text, before, tokenizer, ends);
            }
            before += length;
        }
        return 0;
    }

    private int[] tokens(String word, Function<String, int[]> tokenizer) {
        int[] known = words.get(word);
        if (known != null) {
            return known;
        }
        int[] read = tokenizer.apply(word);
        if (word.length() <= LONGEST_WORD && words.size() < MOST_WORDS) {
            words.put(word, read);
        }
        return read;
    }

    private boolean hasAddedToken(String text, int from, int end) {
        for (String token : added) {
            int at = text.indexOf(token.charAt(0), from);
            while (at >= 0 && at < end) {
                if (text.startsWith(token, at)) {
                    return true;
                }
                at = text.indexOf(token.charAt(0), at + 1);
            }
        }
        return false;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isPrintable(String text, int from, int end) {
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** The words of a text, one after the other. */
    private final class Words {

        private final String text;
        private int begin; // of the word
        private int end;
        private int partEnd; // of what stands between blanks
        private boolean bare; // whether a part is runs of letters and digits, and single characters

        Words(String text) {
            this.text = text;
        }

        String word() {
            return text.substring(begin, end);
        }

        boolean next() {
            begin = end;
            if (begin == partEnd && !nextPart()) {
                return false;
            }
            end = bare ? endOfRun() : partEnd;
            return true;
        }

        private boolean nextPart() {
            while (begin < text.length() && isBlank(text.charAt(begin))) {
                begin++;
            }
            partEnd = begin;
            while (partEnd < text.length() && !isBlank(text.charAt(partEnd))) {
                partEnd++;
            }
            bare = isPrintable(text, begin, partEnd) && !hasAddedToken(text, begin, partEnd);
            return begin < partEnd;
        }

        private int endOfRun() {
            int next = begin + 1;
            if (isLetterOrDigit(text.charAt(begin))) {
                while (next < partEnd && isLetterOrDigit(text.charAt(next))) {
                    next++;
                }
            }
            return next;
        }
    }

    /** Ids that become more. */
    private static final class Ids {

        private static final int CHARS_PER_TOKEN = 4;

        private int[] values;
        private int count;

        Ids(int chars) {
            values = new int[chars / CHARS_PER_TOKEN + 1];
        }

        void add(int[] more) {
            if (count + more.length > values.length) {
                values = Arrays.copyOf(values, Math.max(2 * values.length, count + more.length));
            }
            System.arraycopy(more, 0, values, count, more.length);
            count += more.length;
        }

        int[] toArray() {
            return Arrays.copyOf(values, count);
        }
    }
}
