package dev.juxta.train;

import dev.juxta.SequenceForm;
import dev.juxta.TextRole;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.LateInteractionSettings;
import dev.juxta.model.Settings;
import dev.juxta.ops.Program;
import dev.juxta.text.TextFrame;
import dev.juxta.text.TextTokenizer;
import dev.juxta.text.TokenizerFiles;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How single texts are read: the same prompts, markers and lengths as when the model is used.
 *
 * @param form how the network reads tokens
 * @param queries what is put around them
 * @param documents what is put around them
 * @param skipped ids of the tokens of documents that are not compared
 */
record TextReading(
        SequenceForm form, TextTokenizer tokenizer, TextFrame queries, TextFrame documents, Set<Integer> skipped) {

    /** A bi-encoder's. */
    static TextReading of(EmbedderSettings embedder, TokenizerFiles tokenizer, Program program, int maxLength) {
        Settings settings = embedder.settings();
        int most = most(settings, tokenizer, maxLength);
        return new TextReading(
                SequenceForm.of(settings.architecture(), tokenizer, program),
                single(tokenizer),
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
    static TextReading of(LateInteractionSettings late, TokenizerFiles tokenizer, Program program, int maxLength) {
        int most = most(late.settings(), tokenizer, maxLength);
        return new TextReading(
                SequenceForm.of(late.settings().architecture(), tokenizer, program),
                single(tokenizer),
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
        return form.of(frame.read(tokenizer, text), frame.unpooled());
    }

    /** Which of a document's tokens are compared. */
    int[] compared(Sequence document) {
        int[] ids = document.ids();
        return IntStream.range(0, ids.length)
                .filter(i -> !skipped.contains(ids[i]))
                .toArray();
    }
}
