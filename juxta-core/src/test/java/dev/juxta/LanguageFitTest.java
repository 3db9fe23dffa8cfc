package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.DirectoryFiles;
import dev.juxta.checkpoint.ModelCard;
import dev.juxta.checkpoint.ResourceFiles;
import dev.juxta.text.TokenizedPair;
import dev.juxta.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Text that a model was not made for is noticed; ordinary text is not. */
class LanguageFitTest {

    private static final CheckpointFiles EMBEDDED = new ResourceFiles(CrossEncoder.class, "/dev/juxta/model/embedded");

    private static final int CALLS = Integer.getInteger("juxta.fit.calls", 8);

    @TempDir
    private Path folder = Path.of("");

    /** A tokenizer and the fit of its vocabulary, without a network. */
    private record Reader(TokenizerFiles tokenizer, ModelCard card) implements AutoCloseable {

        static Reader of(CheckpointFiles files) throws IOException {
            return new Reader(TokenizerFiles.read(files, false), ModelCard.read(files));
        }

        LanguageFit fit() {
            return new LanguageFit(card, tokenizer.unknown());
        }

        List<String> observe(LanguageFit fit, List<TextPair> pairs) {
            return fit.observe(pairs.size(), i -> read(pairs.get(i)));
        }

        LanguageFit.Read read(TextPair pair) {
            TokenizedPair tokens = tokenizer.tokenizer().first("", pair.first()).with(pair.second(), 512);
            return new LanguageFit.Read(
                    List.of(pair.first(), pair.second()),
                    tokens.ids(),
                    tokens.lengthBefore(),
                    tokenizer.tokenizer().specials());
        }

        @Override
        public void close() {
            tokenizer.tokenizer().close();
        }
    }

    private static List<String> concerns(String first, String second) throws IOException {
        try (Reader reader = Reader.of(EMBEDDED)) {
            return reader.observe(reader.fit(), List.of(new TextPair(first, second)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "เบอร์ลินมีประชากรกี่คน,เบอร์ลินเป็นเมืองหลวงและเมืองที่ใหญ่ที่สุดของเยอรมนี,Thai",
        "柏林有多少人口,柏林是德国的首都和最大的城市也是欧洲联盟内人口最多的城市之一,East Asian",
        "ベルリンの人口は何人ですか,ベルリンはドイツの首都であり最大の都市です,East Asian",
        "Сколько людей живёт в Берлине,Берлин является столицей Германии,Cyrillic",
        "كم عدد سكان برلين,برلين هي عاصمة ألمانيا وأكبر مدنها,Arabic",
        "Πόσοι άνθρωποι ζουν στο Βερολίνο,Το Βερολίνο είναι η πρωτεύουσα της Γερμανίας,Greek"
    })
    void noticesScriptsThatAnEnglishVocabularyCanOnlySpell(String first, String second, String script)
            throws IOException {
        assertThat(concerns(first, second)).singleElement().asString().startsWith("Texts in " + script + " script");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Berlin had a population of 3,520,031 registered inhabitants in an area of 891.82 square kilometers.",
                "👍👍👍 12 34 56 §§§",
                "SELECT * FROM t WHERE id IN (1, 2, 3) AND x <> 'y'; -- λ",
                "Dostoevsky (Достоевский) wrote The Idiot, and Tolstoy wrote War and Peace, which is longer by far.",
                "x",
                ""
            })
    void isQuietOnOrdinaryText(String text) throws IOException {
        assertThat(concerns("how many people live in berlin", text)).isEmpty();
    }

    @Test
    void tellsOfAScriptOnceAndOfStrayTextsNever() throws IOException {
        try (Reader reader = Reader.of(EMBEDDED)) {
            LanguageFit fit = reader.fit();
            TextPair english = new TextPair("how big is berlin", "Berlin is the capital of Germany. ".repeat(20));
            TextPair thai = new TextPair("เบอร์ลิน", "เบอร์ลินเป็นเมืองหลวงและเมืองที่ใหญ่ที่สุดของเยอรมนี");
            List<TextPair> mostly = new ArrayList<>(List.of(thai));
            for (int i = 0; i < 30; i++) {
                mostly.add(english);
            }
            assertThat(reader.observe(fit, mostly)).isEmpty();
            LanguageFit fresh = reader.fit();
            assertThat(reader.observe(fresh, List.of(thai))).hasSize(1);
            assertThat(reader.observe(fresh, List.of(thai))).isEmpty();
        }
    }

    @Test
    void promptsAreNoText() throws IOException {
        String prompt = "Judge whether the document answers the query, by its facts and not by its tone. ".repeat(4);
        List<TextPair> pairs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pairs.add(new TextPair("population of berlin", "three million people live there, number " + i));
        }
        LoadOptions options = LoadOptions.defaults().withEngine("reference");
        try (CrossEncoder model = CrossEncoder.embedded(options)) {
            model.score(pairs, ScoreOptions.defaults().withPrompt(Prompt.text(prompt)));
            assertThat(model.concerns()).isEmpty();
            model.score(List.of(
                    new TextPair("เบอร์ลิน", "เบอร์ลินเป็นเมืองหลวงและเมืองที่ใหญ่ที่สุดของเยอรมนี".repeat(99))));
            assertThat(model.concerns()).singleElement().asString().startsWith("Texts in Thai script");
        }
    }

    @Test
    void looksAtNoMoreThanASample() throws IOException {
        try (Reader reader = Reader.of(EMBEDDED)) {
            for (int count : new int[] {1, 31, 32, 33, 63, 64, 65, 1024}) {
                List<Integer> asked = new ArrayList<>();
                reader.fit().observe(count, i -> {
                    asked.add(i);
                    return reader.read(new TextPair("a", "b"));
                });
                assertThat(asked).hasSizeBetween(Math.min(count, 17), 32).allMatch(i -> i < count);
            }
        }
    }

    @Test
    void textsThatAreEmbeddedAreLookedAtToo() throws IOException {
        String thai = "เบอร์ลินเป็นเมืองหลวงและเมืองที่ใหญ่ที่สุดของเยอรมนี";
        LoadOptions options = LoadOptions.defaults().withEngine("reference");
        try (BiEncoder model = BiEncoder.load(Goldens.folder("embedder-mean"), options)) {
            model.embed(List.of("many people live in the city"));
            assertThat(model.concerns()).isEmpty();
            model.embed(List.of(thai));
            assertThat(model.concerns()).singleElement().asString().startsWith("Texts in Thai script");
        }
        try (LateInteraction model = LateInteraction.load(Goldens.folder("colbert-pylate"), options)) {
            model.score(List.of(new TextPair("people", "many people live in the city")));
            assertThat(model.concerns()).isEmpty();
            model.score(List.of(new TextPair(thai, thai)));
            assertThat(model.concerns()).singleElement().asString().startsWith("Texts in Thai script");
        }
    }

    @Test
    void aCardThatNamesNoLanguageOfTheScriptCounts() throws IOException {
        Path shared = Shared.require("data/tokenizers");
        try (var packed = new GZIPInputStream(
                Files.newInputStream(shared.resolve("paraphrase-multilingual-mpnet-base-v2.tokenizer.json.gz")))) {
            Files.write(folder.resolve("tokenizer.json"), packed.readAllBytes());
        }
        TextPair russian = new TextPair("Сколько людей живёт в Берлине", "Берлин является столицей Германии");
        for (String languages : List.of("en", "[en, de]")) {
            Files.writeString(folder.resolve("README.md"), "---\nlanguage: " + languages + "\n---\n");
            try (Reader reader = Reader.of(new DirectoryFiles(folder))) {
                assertThat(reader.observe(reader.fit(), List.of(russian)))
                        .singleElement()
                        .asString()
                        .contains("none of its languages is written in it");
            }
        }
        for (String languages : List.of("[en, ru]", "multilingual", "")) {
            Files.writeString(folder.resolve("README.md"), "---\nlanguage: " + languages + "\n---\n");
            try (Reader reader = Reader.of(new DirectoryFiles(folder))) {
                assertThat(reader.observe(reader.fit(), List.of(russian))).isEmpty();
            }
        }
    }

    /** The figures in docs/models.md are of -Djuxta.fit.calls=100, and are then printed. */
    @ParameterizedTest
    @ValueSource(strings = {"bert-base-uncased-tokenizer.json", "roberta-tokenizer.json"})
    void separatesTwelveLanguages(String vocabulary) throws IOException {
        Path tokenizers = Shared.require("data/tokenizers");
        Files.copy(tokenizers.resolve(vocabulary), folder.resolve("tokenizer.json"));
        try (Reader reader = Reader.of(new DirectoryFiles(folder))) {
            for (String set : List.of("xquad/en", "nfcorpus", "tldr", "covid-faq", "medquad", "cacm", "clapnq")) {
                assertThat(warned(reader, set)).as(set).isZero();
            }
            for (String language : List.of("ar", "el", "hi", "ru", "th", "zh", "tr", "vi", "de", "es", "ro")) {
                assertThat(warned(reader, "xquad/" + language)).as(language).isGreaterThan(CALLS * 3 / 4);
            }
        }
    }

    /** Of calls with a query and ten documents, those that are warned of. */
    private static int warned(Reader reader, String set) throws IOException {
        List<String> queries = texts(set, "queries");
        List<String> documents = texts(set, "corpus");
        Random random = new Random(5);
        int warned = 0;
        for (int call = 0; call < CALLS; call++) {
            List<TextPair> pairs = new ArrayList<>();
            String query = queries.get(random.nextInt(queries.size()));
            for (int i = 0; i < 10; i++) {
                pairs.add(new TextPair(query, documents.get(random.nextInt(documents.size()))));
            }
            warned += reader.observe(reader.fit(), pairs).isEmpty() ? 0 : 1;
        }
        if (CALLS == 100) {
            System.out.println(set + " " + warned);
        }
        return warned;
    }

    private static List<String> texts(String set, String file) throws IOException {
        JsonMapper mapper = new JsonMapper();
        List<String> texts = new ArrayList<>();
        List<String> lines = Shared.gzippedLines(Shared.require("data/" + set).resolve(file + ".jsonl.gz"));
        for (String line : lines.subList(0, Math.min(1500, lines.size()))) {
            JsonNode node = mapper.readTree(line);
            String title = Optional.ofNullable(node.get("title"))
                    .map(JsonNode::asString)
                    .orElse("");
            texts.add((title + " " + node.get("text").asString()).strip());
        }
        return texts;
    }
}
