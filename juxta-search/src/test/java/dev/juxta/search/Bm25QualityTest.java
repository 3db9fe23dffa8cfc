package dev.juxta.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.Hit;
import dev.juxta.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** BM25 on sets whose figures are known, where they lie beside the project. */
class Bm25QualityTest {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** The figures' queries are every n-th of the judged ones, at most this many. */
    private static final int MOST_QUERIES = 2000;

    /** Without cacm, whose figure Porter's stems surpass. */
    @ParameterizedTest
    @ValueSource(strings = {"cisi", "covid-faq", "med"})
    void agreesWhereTheAnalysisDoes(String set) throws IOException {
        assertThat(ndcg(set, Language.EN)).isCloseTo(known(set), within(0.012));
    }

    /** Their figures are of words without stems, and of Chinese without words. */
    @ParameterizedTest
    @ValueSource(strings = {"ru", "th", "zh"})
    void stemsAndPairsOfCharactersFindMore(String language) throws IOException {
        String set = "xquad/" + language;
        assertThat(ndcg(set, Language.of(language))).isGreaterThan(known(set) + 0.05);
    }

    @ParameterizedTest
    @CsvSource({"med, en", "xquad/de, de", "xquad/es, es", "xquad/ro, ro", "xquad/tr, tr", "xquad/vi, any", "jaquad, ja"
    })
    void guessesTheLanguage(String set, String language) throws IOException {
        String sample = corpus(set).stream().limit(100).map(Passage::text).collect(Collectors.joining("\n"));
        assertThat(Language.detect(sample)).hasToString(language);
    }

    private static double known(String set) throws IOException {
        for (String row : Files.readAllLines(Shared.require("data/STATS.tsv"))) {
            String[] cells = row.split("\t", -1);
            if (cells[0].equals(set)) {
                return Double.parseDouble(cells[8]);
            }
        }
        throw new AssertionError("STATS.tsv has no row " + set);
    }

    private static List<JsonNode> objects(String file) throws IOException {
        return Shared.gzippedLines(Shared.require(file)).stream()
                .map(MAPPER::readTree)
                .toList();
    }

    private static List<Passage> corpus(String set) throws IOException {
        List<Passage> passages = new ArrayList<>();
        for (JsonNode object : objects("data/" + set + "/corpus.jsonl.gz")) {
            passages.add(Passage.document(
                    object.path("_id").asString(),
                    object.path("title").asString(""),
                    object.path("text").asString()));
        }
        return passages;
    }

    private static double ndcg(String set, Language language) throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (JsonNode object : objects("data/" + set + "/queries.jsonl.gz")) {
            queries.put(object.path("_id").asString(), object.path("text").asString());
        }
        Map<String, Map<String, Integer>> judged = new LinkedHashMap<>();
        Path qrels = Shared.require("data/" + set + "/qrels/test.tsv");
        for (String row : Files.readAllLines(qrels)) {
            if (row.startsWith("query-id")) {
                continue;
            }
            String[] cells = row.split("\t", -1);
            judged.computeIfAbsent(cells[0], query -> new LinkedHashMap<>()).put(cells[1], Integer.parseInt(cells[2]));
        }
        int step = (judged.size() + MOST_QUERIES - 1) / MOST_QUERIES;
        double sum = 0;
        int count = 0;
        int i = 0;
        try (Bm25 bm25 = Bm25.of(corpus(set), Bm25Options.of(language))) {
            for (Map.Entry<String, Map<String, Integer>> query : judged.entrySet()) {
                if (i++ % step == 0) {
                    count++;
                    sum += ndcg(bm25.retrieve(queries.getOrDefault(query.getKey(), ""), 10), query.getValue());
                }
            }
        }
        return sum / count;
    }

    private static double ndcg(List<Hit> hits, Map<String, Integer> relevant) {
        List<Integer> gains =
                hits.stream().map(hit -> relevant.getOrDefault(hit.id(), 0)).toList();
        List<Integer> ideal = relevant.values().stream()
                .sorted(Comparator.reverseOrder())
                .limit(10)
                .toList();
        return dcg(gains) / dcg(ideal);
    }

    private static double dcg(List<Integer> gains) {
        double sum = 0;
        for (int i = 0; i < gains.size(); i++) {
            sum += gains.get(i) * Math.log(2) / Math.log(i + 2);
        }
        return sum;
    }
}
