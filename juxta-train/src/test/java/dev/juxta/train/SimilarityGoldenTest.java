package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.train.loss.InfoNce;
import dev.juxta.train.loss.Loss;
import dev.juxta.train.loss.LossValue;
import dev.juxta.train.loss.Losses;
import dev.juxta.train.loss.ScoredLists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Losses of similarities, down to the numbers that a network makes of texts: values and gradients are those of
 * sentence-transformers; {@code scripts/goldens/make_similarities.py} asked it.
 */
class SimilarityGoldenTest {

    private static final double TOLERANCE = 1e-5;

    @BeforeAll
    static void libtorchIsHere() {
        Lessons.assumeLibtorch();
    }

    private record Golden(JsonNode node) {

        String text(String key) {
            return node.get(key).stringValue();
        }

        TextSimilarity similarity() {
            int width = node.get("width").intValue();
            return switch (text("similarity")) {
                case "maxsim" -> new TokenSimilarity(width, false);
                case "dot" -> new VectorSimilarity(false, width);
                default -> new VectorSimilarity(true, width);
            };
        }

        Loss loss() {
            return text("loss").equals("infonce") ? new InfoNce(1) : Losses.named(text("loss"));
        }

        double scale() {
            return node.get("scale").doubleValue();
        }

        List<float[]> rows(String key) {
            return node.get(key).valueStream().map(Golden::floats).toList();
        }

        private static float[] floats(JsonNode list) {
            float[] values = new float[list.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = list.get(i).floatValue();
            }
            return values;
        }

        /** The documents that a query is compared with. */
        List<Integer> list(int query) {
            return node.get("lists")
                    .get(query)
                    .valueStream()
                    .map(JsonNode::intValue)
                    .toList();
        }

        List<float[]> documents(int query) {
            List<float[]> all = rows("documents");
            return list(query).stream().map(all::get).toList();
        }

        @Override
        public String toString() {
            return text("similarity") + " × " + scale() + ", " + text("loss");
        }
    }

    static Stream<Golden> goldens() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/losses/similarities.jsonl")).stream()
                .map(line -> new Golden(JsonMapper.shared().readTree(line)));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void valueAndGradientAreTheReferences(Golden golden) {
        List<float[]> queries = golden.rows("queries");
        int length = golden.list(0).size();
        float[] scores = new float[queries.size() * length];
        float[] labels = new float[scores.length];
        int[] offsets = new int[queries.size() + 1];
        for (int i = 0; i < queries.size(); i++) {
            float[] found = golden.similarity().of(queries.get(i), golden.documents(i));
            for (int j = 0; j < length; j++) {
                scores[i * length + j] = (float) (golden.scale() * found[j]);
            }
            System.arraycopy(golden.rows("labels").get(i), 0, labels, i * length, length);
            offsets[i + 1] = (i + 1) * length;
        }
        LossValue value = golden.loss().of(new ScoredLists(scores, labels, offsets));
        double expected = golden.node.get("value").doubleValue();
        assertThat(value.value()).isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));

        List<float[]> ofDocuments = new ArrayList<>();
        golden.rows("documents").forEach(document -> ofDocuments.add(new float[document.length]));
        for (int i = 0; i < queries.size(); i++) {
            float[] slopes = new float[length];
            for (int j = 0; j < length; j++) {
                slopes[j] = (float) (golden.scale() * value.gradient()[i * length + j]);
            }
            List<float[]> found = golden.similarity().slopes(queries.get(i), golden.documents(i), slopes);
            requireEqual(found.get(0), golden.rows("query_gradients").get(i));
            for (int j = 0; j < length; j++) {
                float[] sum = ofDocuments.get(golden.list(i).get(j));
                for (int x = 0; x < sum.length; x++) {
                    sum[x] += found.get(j + 1)[x];
                }
            }
        }
        for (int i = 0; i < ofDocuments.size(); i++) {
            requireEqual(ofDocuments.get(i), golden.rows("document_gradients").get(i));
        }
    }

    /** To the largest of them, as the reference computes in single precision. */
    private static void requireEqual(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).isCloseTo(expected[i], within(TOLERANCE * largest));
        }
    }
}
