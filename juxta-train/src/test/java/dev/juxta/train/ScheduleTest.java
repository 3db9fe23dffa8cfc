package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void ratesRiseAndFall() {
        assertThat(Schedule.LINEAR.factor(0.05, 0.1)).isCloseTo(0.5, within(1e-9));
        assertThat(Schedule.LINEAR.factor(0.55, 0.1)).isCloseTo(0.5, within(1e-9));
        assertThat(Schedule.COSINE.factor(0.55, 0.1)).isCloseTo(0.5, within(1e-9));
        assertThat(Schedule.COSINE.factor(1, 0.1)).isCloseTo(0, within(1e-9));
        assertThat(Schedule.CONSTANT.factor(1, 0)).isEqualTo(1);
        assertThatThrownBy(() -> Schedule.parse("step")).hasMessageContaining("constant, linear, cosine");
    }
}
