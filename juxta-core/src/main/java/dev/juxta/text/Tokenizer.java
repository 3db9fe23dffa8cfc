package dev.juxta.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;

/**
 * Hugging Face's own tokenizer, from a {@code tokenizer.json}. It gives the tokens of a text without special tokens,
 * truncation or padding, whatever the file says of these. Thread-safe, until it is closed.
 */
public final class Tokenizer implements AutoCloseable {

    static {
        // The library would otherwise ask where it runs, and report it, or look for other builds on the network.
        setIfAbsent("OPT_OUT_TRACKING", "true");
        setIfAbsent("ai.djl.offline", "true");
        LibUtils.checkStatus();
    }

    private final long handle;
    private final Optional<WordCache> words;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Tokenizer(long handle, Optional<WordCache> words) {
        this.handle = handle;
        this.words = words;
    }

    /**
     * Reads a tokenizer.
     *
     * @param json the content of a {@code tokenizer.json}
     * @param words remembers words, where they may be read one by one
     * @throws IllegalArgumentException if it describes no tokenizer; the message is the native library's
     */
    static Tokenizer of(String json, Optional<WordCache> words) {
        try {
            return new Tokenizer(TokenizersLibrary.LIB.createTokenizerFromString(json), words);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** The vocabulary ids of a text. */
    public int[] encode(String text) {
        requireOpen();
        return words.isPresent() ? words.get().encode(text, this::encodeWhole) : encodeWhole(text);
    }

    private int[] encodeWhole(String text) {
        long encoding = open(text);
        try {
            return ids(encoding);
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    /**
     * The vocabulary ids of a text, and how far into it the first of them reach.
     *
     * @param kept says of the number of tokens how many the first ones are
     */
    Beginning encode(String text, IntUnaryOperator kept) {
        int[] ids = encode(text);
        int count = kept.applyAsInt(ids.length);
        return new Beginning(ids, count >= ids.length ? text.length() : end(text, count));
    }

    /** How far the first tokens of a text reach. */
    private int end(String text, int count) {
        return words.isPresent()
                ? words.get().end(text, count, this::encodeWhole, this::endInWhole)
                : endInWhole(text, count);
    }

    private int endInWhole(String text, int count) {
        CharSpan[] spans = spans(text);
        for (int i = count - 1; i >= 0; i--) {
            if (spans[i] != null) { // else it stands for no character
                return text.offsetByCodePoints(0, spans[i].getEnd());
            }
        }
        return 0;
    }

    /**
     * A text and the part of it that its first tokens stand for.
     *
     * @param ids of all of it
     * @param end index after the part's last char
     */
    record Beginning(int[] ids, int end) {}

    /** The vocabulary ids of a text, and which characters each of them stands for. */
    public List<TokenSpan> encodeWithSpans(String text) {
        long encoding = open(text);
        try {
            int[] ids = ids(encoding);
            CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
            CodePointOffsets offsets = new CodePointOffsets(text);
            List<TokenSpan> tokens = new ArrayList<>(ids.length);
            for (int i = 0; i < ids.length; i++) {
                CharSpan span = spans[i];
                int begin = span == null ? 0 : offsets.toChars(span.getStart());
                int end = span == null ? 0 : offsets.toChars(span.getEnd());
                tokens.add(new TokenSpan(ids[i], begin, end));
            }
            return tokens;
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    /**
     * A token and the characters it stands for.
     *
     * @param id vocabulary id
     * @param begin index of its first char in the text
     * @param end index after its last char
     */
    public record TokenSpan(int id, int begin, int end) {}

    private CharSpan[] spans(String text) {
        long encoding = open(text);
        try {
            return TokenizersLibrary.LIB.getTokenCharSpans(encoding);
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("This tokenizer is closed");
        }
    }

    private long open(String text) {
        requireOpen();
        try {
            return TokenizersLibrary.LIB.encode(handle, withoutLoneSurrogates(text), false);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "The checkpoint's tokenizer fails on a text (" + e.getMessage() + "); its files are damaged", e);
        }
    }

    private static int[] ids(long encoding) {
        long[] wide = TokenizersLibrary.LIB.getTokenIds(encoding);
        int[] ids = new int[wide.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) wide[i];
        }
        return ids;
    }

    /** Half a surrogate pair is no character; U+FFFD takes its place, as wherever such a text is written as UTF-8. */
    private static String withoutLoneSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    return replaceLoneSurrogates(text);
                }
            }
        }
        return text;
    }

    private static String replaceLoneSurrogates(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            TokenizersLibrary.LIB.deleteTokenizer(handle);
        }
    }
}
