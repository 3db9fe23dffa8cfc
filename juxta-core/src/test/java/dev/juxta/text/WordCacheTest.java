package dev.juxta.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.Goldens;
import dev.juxta.checkpoint.DirectoryFiles;
import dev.juxta.checkpoint.JsonFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A tokenizer that remembers words gives the ids of one that does not. */
class WordCacheTest {

    private static final List<String> READ_BY_WORDS =
            List.of("bert-tiny-1label", "bert-vocab-only-cased", "bert-vocab-only-uncased", "electra");

    private static List<Tokenizer> plain = List.of();
    private static List<Tokenizer> remembering = List.of();

    @BeforeContainer
    static void open() throws IOException {
        plain = tokenizers(false);
        remembering = tokenizers(true);
    }

    @AfterContainer
    static void close() {
        plain.forEach(Tokenizer::close);
        remembering.forEach(Tokenizer::close);
    }

    private static List<Tokenizer> tokenizers(boolean remember) throws IOException {
        List<Tokenizer> tokenizers = new ArrayList<>();
        for (String name : READ_BY_WORDS) {
            TokenizerJson description = TokenizerJson.of(TokenizerFiles.json(new DirectoryFiles(Goldens.folder(name))));
            for (TokenizerJson each : List.of(description, description.withLowercase())) {
                Optional<WordCache> words = each.wordCache(each.scalars());
                assertThat(words).as(name).isPresent();
                tokenizers.add(Tokenizer.of(each.toJson(), remember ? words : Optional.empty()));
            }
        }
        return tokenizers;
    }

    @Property(tries = 2000)
    void idsAreThoseOfTheWholeText(@ForAll("texts") String text) {
        for (int i = 0; i < plain.size(); i++) {
            int[] expected = plain.get(i).encode(text);
            assertThat(remembering.get(i).encode(text)).as("first time").isEqualTo(expected);
            assertThat(remembering.get(i).encode(text)).as("from memory").isEqualTo(expected);
        }
    }

    @Property(tries = 500)
    void firstTokensReachAsFarAsInTheWholeText(@ForAll("texts") String text) {
        for (int i = 0; i < plain.size(); i++) {
            for (int count = plain.get(i).encode(text).length; count >= 0; count--) {
                int first = count;
                int expected = plain.get(i).encode(text, all -> first).end();
                assertThat(remembering.get(i).encode(text, all -> first).end())
                        .as("%d tokens", first)
                        .isEqualTo(expected);
            }
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words = Arbitraries.of(
                "the",
                "Berlin",
                "how",
                "it's",
                "co-op.",
                "U.S.A.",
                "[SEP]",
                "x[MASK]y",
                "[cls]",
                "[",
                "##ing",
                "[[UNK]]");
        Arbitrary<String> ascii =
                Arbitraries.strings().withCharRange('\u0000', '\u007f').ofMaxLength(12);
        Arbitrary<String> letters =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(120);
        Arbitrary<String> others = Arbitraries.of(
                "na\u00efve",
                "e\u0301",
                "\u0301",
                "\u00a0",
                "\u3000",
                "\u4eba\u4ebaa",
                "\ud83d\ude00",
                "\ud83d",
                "\u0130",
                "\u00df",
                "\u2014",
                "\u200b",
                "\ufeff",
                "\u0085",
                "\u2028",
                "\u03a3\u03a3",
                "\u1100\u1161");
        Arbitrary<String> blanks = Arbitraries.of(" ", " ", "", "  ", "\t", "\n", "\r\n", "\u000b", "\f");
        return Arbitraries.frequencyOf(
                        Tuple.of(4, words),
                        Tuple.of(2, ascii),
                        Tuple.of(1, letters),
                        Tuple.of(2, others),
                        Tuple.of(5, blanks))
                .list()
                .ofMaxSize(20)
                .map(parts -> parts.stream().collect(Collectors.joining()));
    }

    @Property(tries = 1)
    void tokenizersThatReadAcrossWordsHaveNone() throws IOException {
        for (String name : List.of("roberta", "deberta-v3-3labels", "xlm-roberta-3labels", "modernbert", "camembert")) {
            TokenizerJson description = TokenizerJson.of(TokenizerFiles.json(new DirectoryFiles(Goldens.folder(name))));
            JsonFile model = description.scalars();
            assertThat(description.wordCache(model)).as(name).isEmpty();
        }
    }
}
