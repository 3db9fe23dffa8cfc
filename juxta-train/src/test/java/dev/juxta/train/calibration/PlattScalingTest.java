package dev.juxta.train.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlattScalingTest {

    private static final double[] LOGITS = {
        -3.1, -2.7, -2.2, -1.9, -1.5, -1.4, -1.1, -0.8, -0.4, 0.1, 0.6, 1.2, -1.0, -0.2, 0.3, 0.4, 0.9, 1.3, 1.4, 1.9,
        2.2, 2.6, 3.0, 3.3
    };

    private static boolean[] lastHalf(int count) {
        boolean[] positive = new boolean[count];
        Arrays.fill(positive, count / 2, count, true);
        return positive;
    }

    @Test
    void findsTheScalingThatMadeTheLabels() {
        PlattScaling made = new PlattScaling(1.7, -2.5);
        Random random = new Random(3);
        double[] logits = new double[40_000];
        boolean[] positive = new boolean[logits.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = 3 * random.nextGaussian();
            positive[i] = random.nextDouble() < made.probability(logits[i]);
        }
        PlattScaling found = PlattScaling.fit(logits, positive);
        assertThat(found.slope()).isCloseTo(1.7, within(0.05));
        assertThat(found.intercept()).isCloseTo(-2.5, within(0.08));
    }

    /** {@code sklearn.calibration._sigmoid_calibration(logits, labels)} of scikit-learn, with signs turned. */
    @Test
    void isScikitLearns() {
        PlattScaling found = PlattScaling.fit(LOGITS, lastHalf(LOGITS.length));
        assertThat(found.slope()).isCloseTo(0.960377, within(1e-4));
        assertThat(found.intercept()).isCloseTo(-0.110171, within(1e-4));
    }

    @Test
    void keepsFiniteWhereTheClassesAreApart() {
        double[] logits = new double[40];
        Arrays.setAll(logits, i -> i - 20);
        PlattScaling found = PlattScaling.fit(logits, lastHalf(40));
        assertThat(found.probability(19)).isBetween(0.9, 0.9999);
        assertThat(found.probability(-20)).isBetween(0.0001, 0.1);
    }

    @Test
    void refusesTooFewAndLogitsThatPointTheWrongWay() {
        assertThatThrownBy(() -> PlattScaling.fit(new double[12], lastHalf(12)))
                .hasMessageContaining("at least 10 relevant")
                .hasMessageContaining("6 and 6");
        double[] turned = Arrays.stream(LOGITS).map(z -> -z).toArray();
        assertThatThrownBy(() -> PlattScaling.fit(turned, lastHalf(turned.length)))
                .hasMessageContaining("do not tell relevant pairs");
    }
}
