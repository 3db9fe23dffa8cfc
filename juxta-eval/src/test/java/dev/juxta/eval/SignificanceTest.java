package dev.juxta.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.eval.Bootstrap.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SignificanceTest {

    /** Made with SciPy's permutation_test by scripts/goldens/make_measures.py. */
    @Test
    void fewQueriesAreEnumeratedAsSciPyDoes() throws IOException {
        Path goldens =
                Path.of(System.getProperty("basedir", "."), "../juxta-core/src/test/resources/measures/pairs.json");
        try (InputStream stream = Files.newInputStream(goldens)) {
            for (JsonNode one : new JsonMapper().readTree(stream).path("paired")) {
                assertThat(RandomisationTest.p(doubles(one.path("first")), doubles(one.path("second"))))
                        .isCloseTo(one.path("p").doubleValue(), within(1e-9));
            }
        }
    }

    @Test
    void manyQueriesAreSampled() {
        double[] first = new double[300];
        Arrays.setAll(first, i -> 0.5 + 0.1 * Math.sin(i));
        double[] noise = new double[300];
        Arrays.setAll(noise, i -> first[i] + 0.2 * Math.sin(17.3 * i * i));
        double[] better = new double[300];
        Arrays.setAll(better, i -> first[i] + 0.02 + 0.05 * Math.sin(13 * i));
        assertThat(RandomisationTest.p(first, noise)).isBetween(0.05, 1.0);
        assertThat(RandomisationTest.p(better, first)).isLessThan(0.001);
        assertThat(RandomisationTest.p(first, first)).isEqualTo(1);
    }

    @Test
    void theIntervalOfAMeanIsThatOfTheNormalLimit() {
        double[] values = new double[400];
        Arrays.setAll(values, i -> i % 2);
        Interval interval = Bootstrap.defaults().ofMean(values);
        // 0.5 ± 1.96 · 0.5 / √400
        assertThat(interval.low()).isCloseTo(0.451, within(0.006));
        assertThat(interval.high()).isCloseTo(0.549, within(0.006));
        assertThat(Bootstrap.defaults().ofMean(values)).isEqualTo(interval);
        assertThat(Bootstrap.defaults().ofMean(new double[] {0.25})).isEqualTo(new Interval(0.25, 0.25));
    }

    private static double[] doubles(JsonNode array) {
        return array.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }
}
