package dev.juxta.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasureTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nDCG",
                "nDCG@10",
                "RR",
                "RR@10",
                "AP",
                "AP@100",
                "P@5",
                "R@100",
                "Success@1",
                "Judged@10",
                "Rprec",
                "Bpref"
            })
    void rankingMeasuresPrintWhatTheyParse(String name) {
        assertThat(RankingMeasure.parse(name)).hasToString(name);
        assertThat(RankingMeasure.parse(name))
                .isEqualTo(RankingMeasure.parse(" " + name.toUpperCase(Locale.ROOT) + " "));
    }

    @Test
    void zerosOfEitherSignAreATie() {
        // of equal scores the larger id comes first
        for (Map<String, Double> scores :
                List.of(Map.of("a", 0.0, "b", -0.0), Map.of("a", -0.0, "b", 0.0), Map.of("a", 1e-60, "b", -1e-60))) {
            assertThat(RankingMeasure.parse("RR").of(JudgedRanking.of(Map.of("b", 1), scores)))
                    .as("%s", scores)
                    .isEqualTo(1);
        }
        assertThat(RankingMeasure.parse("RR").of(JudgedRanking.of(Map.of("b", 1), Map.of("a", 1e-40, "b", -0.0))))
                .isEqualTo(0.5);
    }

    @Test
    void otherMeasuresPrintWhatTheyParse() {
        for (String name : List.of("Pearson", "Spearman")) {
            assertThat(SimilarityMeasure.parse(name)).hasToString(name);
        }
        for (String name : List.of("Accuracy", "F1", "AP", "ECE", "ECE@15")) {
            assertThat(BinaryMeasure.parse(name)).hasToString(name);
        }
        for (String name : List.of("Accuracy", "MacroF1", "WeightedF1", "ECE", "ECE@20")) {
            assertThat(ClassMeasure.parse(name)).hasToString(name);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nDCG@",
                "nDCG@0",
                "nDCG@-1",
                "nDCG@1.5",
                "P",
                "R",
                "Bpref@10",
                "F1",
                "@10",
                "nDCG@99999999999"
            })
    void whatIsNoMeasureIsQuoted(String text) {
        assertThatThrownBy(() -> RankingMeasure.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void reciprocalRankStopsAtItsCutoff() {
        JudgedRanking third = JudgedRanking.ofRanked(Map.of("c", 1), List.of("a", "b", "c"));
        assertThat(ReciprocalRank.at(3).of(third)).isEqualTo(1.0 / 3);
        assertThat(ReciprocalRank.at(2).of(third)).isZero();
    }

    @Test
    void judgedCountsNegativeGradesAsUnjudged() {
        JudgedRanking ranking = JudgedRanking.ofRanked(Map.of("a", 0, "b", -1), List.of("a", "b", "c", "d"));
        assertThat(new JudgedAt(2).of(ranking)).isEqualTo(0.5);
        assertThat(new JudgedAt(10).of(ranking)).isEqualTo(0.25);
    }

    @Test
    void precisionIsInterpolatedOverRecall() {
        JudgedRanking ranking = JudgedRanking.ofRanked(Map.of("a", 1, "c", 1), List.of("a", "b", "c"));
        double[] precision = ranking.interpolatedPrecision();
        assertThat(precision).startsWith(1, 1, 1, 1, 1, 1).endsWith(2.0 / 3, 2.0 / 3, 2.0 / 3, 2.0 / 3, 2.0 / 3);
        assertThat(JudgedRanking.ofRanked(Map.of("x", 1, "a", 1), List.of("a")).interpolatedPrecision())
                .endsWith(0, 0)
                .startsWith(1);
    }

    @Test
    void thresholdsLieBetweenScores() {
        double[] scores = {0.9, 0.8, 0.4, 0.1};
        boolean[] positive = {true, true, false, false};
        assertThat(new BestF1().best(scores, positive)).isEqualTo(new BestThreshold(1, (0.8 + 0.4) / 2, 1, 1));
        assertThat(new BestAccuracy()
                        .best(new double[] {1}, new boolean[] {false})
                        .threshold())
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void constantsCorrelateWithNothing() {
        assertThat(new Spearman().of(new double[] {1, 1, 1}, new double[] {1, 2, 3}))
                .isZero();
        assertThat(new Pearson().of(new double[] {1, 2, 3}, new double[] {2, 2, 2}))
                .isZero();
    }

    @Test
    void whatIsNoProbabilityIsNotCalibrated() {
        assertThatThrownBy(() -> new CalibrationError(10).of(new double[] {1.5}, new boolean[] {true}))
                .hasMessageContaining("1.5");
        assertThatThrownBy(() -> new Pearson().of(new double[] {1}, new double[0]))
                .hasMessageContaining("1 predictions");
    }
}
