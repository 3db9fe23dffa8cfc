package dev.juxta.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every measure against trec_eval, SciPy and scikit-learn; the values are made by scripts/goldens/make_measures.py. */
class MeasureGoldenTest {

    private static final Offset<Double> CLOSE = within(1e-9);

    @Test
    void rankingsAreTrecEvals() throws IOException {
        int compared = 0;
        for (JsonNode collection : read("rankings.json")) {
            for (Map.Entry<String, JsonNode> query : collection.path("expected").properties()) {
                Map<String, Integer> judgements = new LinkedHashMap<>();
                collection
                        .path("qrels")
                        .path(query.getKey())
                        .properties()
                        .forEach(entry ->
                                judgements.put(entry.getKey(), entry.getValue().intValue()));
                Map<String, Double> scores = new LinkedHashMap<>();
                collection
                        .path("run")
                        .path(query.getKey())
                        .properties()
                        .forEach(entry ->
                                scores.put(entry.getKey(), entry.getValue().doubleValue()));
                JudgedRanking ranking = JudgedRanking.of(judgements, scores);
                for (Map.Entry<String, JsonNode> value : query.getValue().properties()) {
                    assertThat(RankingMeasure.parse(value.getKey()).of(ranking))
                            .as("%s of %s by %s", value.getKey(), scores, judgements)
                            .isCloseTo(value.getValue().doubleValue(), CLOSE);
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(5000);
    }

    @Test
    void similaritiesAreSciPys() throws IOException {
        for (JsonNode one : read("pairs.json").path("similarity")) {
            one.path("values")
                    .properties()
                    .forEach(value -> assertThat(SimilarityMeasure.parse(value.getKey())
                                    .of(doubles(one.path("predicted")), doubles(one.path("expected"))))
                            .as(value.getKey())
                            .isCloseTo(value.getValue().doubleValue(), CLOSE));
        }
    }

    @Test
    void twoClassesAreScikitLearns() throws IOException {
        for (JsonNode one : read("pairs.json").path("binary")) {
            one.path("values")
                    .properties()
                    .forEach(value -> assertThat(BinaryMeasure.parse(value.getKey())
                                    .of(doubles(one.path("scores")), booleans(one.path("positive"))))
                            .as(value.getKey())
                            .isCloseTo(value.getValue().doubleValue(), CLOSE));
        }
    }

    @Test
    void severalClassesAreScikitLearns() throws IOException {
        for (JsonNode one : read("pairs.json").path("several")) {
            double[][] probabilities = one.path("probabilities")
                    .valueStream()
                    .map(MeasureGoldenTest::doubles)
                    .toArray(double[][]::new);
            int[] expected = one.path("expected")
                    .valueStream()
                    .mapToInt(JsonNode::intValue)
                    .toArray();
            one.path("values")
                    .properties()
                    .forEach(value -> assertThat(
                                    ClassMeasure.parse(value.getKey()).of(probabilities, expected))
                            .as(value.getKey())
                            .isCloseTo(value.getValue().doubleValue(), CLOSE));
        }
    }

    private static JsonNode read(String name) throws IOException {
        try (InputStream stream = MeasureGoldenTest.class.getResourceAsStream("/measures/" + name)) {
            return new JsonMapper().readTree(stream);
        }
    }

    private static double[] doubles(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }

    private static boolean[] booleans(JsonNode array) {
        boolean[] values = new boolean[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).booleanValue();
        }
        return values;
    }
}
