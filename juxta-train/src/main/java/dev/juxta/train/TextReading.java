package dev.juxta.train;

import dev.juxta.TextRole;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.model.Architecture;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.LateInteractionSettings;
import dev.juxta.model.Settings;
import dev.juxta.text.TextFrame;
import dev.juxta.text.TextTokenizer;
import dev.juxta.text.TokenizedText;
import dev.juxta.text.TokenizerFiles;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How single texts are read: the same prompts, markers and lengths as when the model is used.
 *
 * @param queries what is put around them
 * @param documents what is put around them
 * @param skipped ids of the tokens of documents that are not compared
 */
record TextReading(
        Architecture architecture,
        TokenizerFiles tokenizer,
        TextFrame queries,
        TextFrame documents,
        Set<Integer> skipped) {

    /** A bi-encoder's. */
    static TextReading of(EmbedderSettings embedder, TokenizerFiles tokenizer, int maxLength) {
        Settings settings = embedder.settings();
        int most = most(settings, tokenizer, maxLength);
        return new TextReading(
                settings.architecture(),
                tokenizer,
                frame(embedder, tokenizer, TextRole.QUERY, most),
                frame(embedder, tokenizer, TextRole.DOCUMENT, most),
                Set.of());
    }

    private static TextFrame frame(EmbedderSettings embedder, TokenizerFiles tokenizer, TextRole role, int most) {
        Map<String, String> prompts = embedder.settings().prompts();
        Optional<String> name = role.prompt(prompts, embedder.settings().defaultPrompt());
        String prompt = name.map(prompts::get).orElse("");
        return TextFrame.prompted(single(tokenizer), prompt, embedder.poolsPrompt(), most);
    }

    /** A late-interaction model's. */
    static TextReading of(LateInteractionSettings late, TokenizerFiles tokenizer, int maxLength) {
        int most = most(late.settings(), tokenizer, maxLength);
        return new TextReading(
                late.settings().architecture(),
                tokenizer,
                late.queries().frame(most),
                late.documents().frame(most),
                Set.copyOf(late.skipped()));
    }

    /** The least of what is asked for, what the checkpoint says and what its positions allow. */
    private static int most(Settings settings, TokenizerFiles tokenizer, int maxLength) {
        int positions = settings.architecture().shape().maxTokens();
        int saved = settings.maxSequenceLength().orElse(tokenizer.maxLength().orElse(positions));
        return Math.min(maxLength, Math.min(saved, positions));
    }

    private static TextTokenizer single(TokenizerFiles tokenizer) {
        return tokenizer.texts().orElseThrow();
    }

    Sequence query(String text) {
        return sequence(queries, text);
    }

    Sequence document(String text) {
        return sequence(documents, text);
    }

    private Sequence sequence(TextFrame frame, String text) {
        TokenizedText tokens = frame.read(single(tokenizer), text);
        int length = architecture.scoredTokens(tokens.ids());
        int[] ids = Arrays.copyOf(tokens.ids(), length);
        boolean segments =
                architecture.segments() > 1 && tokenizer.usesSegments().orElse(architecture.readsSegments());
        int[] types = segments ? Arrays.copyOf(tokens.segments(), length) : new int[length];
        return new Sequence(
                ids,
                types,
                architecture.positions(ids),
                Math.min(tokens.attended(), length),
                Math.min(frame.unpooled(), length - 1));
    }

    /** Which of a document's tokens are compared. */
    int[] compared(Sequence document) {
        int[] ids = document.ids();
        return IntStream.range(0, ids.length)
                .filter(i -> !skipped.contains(ids[i]))
                .toArray();
    }
}
