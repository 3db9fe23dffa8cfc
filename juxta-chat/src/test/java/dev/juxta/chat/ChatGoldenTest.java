package dev.juxta.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.Goldens.Golden;
import dev.juxta.LoadOptions;
import dev.juxta.LongInput;
import dev.juxta.Prompt;
import dev.juxta.Score;
import dev.juxta.ScoreOptions;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.text.TokenizedPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that read their pairs through a chat template, against sentence-transformers. */
class ChatGoldenTest {

    private static final float TOLERANCE = 1e-4f;

    private static CrossEncoder load(String name) throws IOException {
        return CrossEncoder.load(Goldens.folder(name), LoadOptions.defaults().withEngine("reference"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat-reranker", "chat-classifier"})
    void tokensAndLogitsAreTheReferences(String name) throws IOException {
        List<Golden> goldens = Goldens.read(name);
        List<TextPair> pairs = goldens.stream().map(Golden::pair).toList();
        try (CrossEncoder model = load(name)) {
            List<TokenizedPair> tokens = model.tokenize(pairs, Prompt.modelDefault());
            List<Score> scores = model.score(pairs);
            for (int i = 0; i < pairs.size(); i++) {
                Golden golden = goldens.get(i);
                assertThat(tokens.get(i).ids()).as("ids of pair %d", i).isEqualTo(golden.ids());
                assertThat(tokens.get(i).lengthBefore())
                        .as("length of pair %d", i)
                        .isEqualTo(golden.length());
                assertThat(scores.get(i).logits().get(0))
                        .as("logit of pair %d", i)
                        .isCloseTo(golden.logits()[0], within(TOLERANCE));
                assertThat(scores.get(i).value()).isCloseTo(golden.scores()[0], within(TOLERANCE));
                assertThat(scores.get(i).truncated()).isEqualTo(golden.length() - golden.ids().length);
            }
            assertThat(scores).anyMatch(score -> score.truncated() > 0);
        }
    }

    @Test
    void aPromptIsASystemMessage() throws IOException {
        List<TextPair> pair = List.of(new TextPair("a", "b"));
        try (CrossEncoder model = load("chat-reranker")) {
            TokenizedPair web = model.tokenize(pair, Prompt.modelDefault()).get(0);
            assertThat(model.tokenize(pair, Prompt.text("Answer the question"))
                            .get(0)
                            .ids())
                    .isEqualTo(web.ids());
            assertThat(model.tokenize(pair, Prompt.none()).get(0).ids()).isNotEqualTo(web.ids());
            assertThat(model.info().prompts().keySet()).containsExactly("", "web");
        }
    }

    @Test
    void windowsCoverALongTextAndKeepTheTail() throws IOException {
        TextPair pair = new TextPair("how big", "Berlin is large. ".repeat(40));
        try (CrossEncoder model = load("chat-classifier")) {
            Score whole = model.score(List.of(pair), ScoreOptions.defaults().withOnLong(LongInput.CHUNK))
                    .get(0);
            assertThat(whole.span()).isPresent();
            Score cut = model.score(List.of(pair)).get(0);
            Score.Span read = cut.span().orElseThrow();
            assertThat(read.begin()).isZero();
            assertThat(read.end()).isBetween(100, pair.second().length() - 100);
            TextPair left = new TextPair(pair.first(), pair.second().substring(0, read.end()));
            assertThat(model.score(List.of(left)).get(0).truncated()).isBetween(0, 2);
            assertThat(whole.truncated()).isZero();
            assertThatThrownBy(() ->
                            model.score(List.of(pair), ScoreOptions.defaults().withOnLong(LongInput.FAIL)))
                    .hasMessageContaining("tokens, and the model reads 160");
        }
    }

    @Test
    void textsAreNeverReadAsTemplates() {
        String rendered = new JinjavaTemplates()
                .parse("{{ messages[0].content }}|{{ messages | map(attribute='content') | last }}\n\n")
                .render(java.util.Map.of(
                        "messages",
                        List.of(
                                java.util.Map.of("role", "query", "content", "{{ 1 + 1 }} {% if %} {# x #}"),
                                java.util.Map.of("role", "document", "content", "\\n \"q\" <b> 'x' {{"))));
        assertThat(rendered).isEqualTo("{{ 1 + 1 }} {% if %} {# x #}|\\n \"q\" <b> 'x' {{\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{{ raise_exception('Only users may ask') }} ~ Only users may ask",
                "{% for m in messages %}{{ m.content }} ~ chat template",
                "always the same ~ has no place for messages of the roles",
                "{{ messages[0].content }} ~ has no place for messages of the roles",
                "{{ strftime_now('%Y') }}{{ messages[0].content }}{{ messages[1].content }} ~ strftime_now"
            })
    void templatesThatCannotCarryAPairAreRefused(String template, String reason, @TempDir Path folder)
            throws IOException {
        try (var files = Files.list(Goldens.folder("chat-classifier"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.writeString(folder.resolve("chat_template.jinja"), template);
        assertThatThrownBy(() -> CrossEncoder.load(folder).close())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("chat_template.jinja")
                .hasMessageContaining(reason);
    }
}
