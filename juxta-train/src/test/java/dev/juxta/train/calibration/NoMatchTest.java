package dev.juxta.train.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.train.calibration.NoMatch.Bests;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoMatchTest {

    @Test
    void liesBetweenAnswersAndTheRest() {
        NoMatch found = NoMatch.of(
                List.of(new Bests(0.9, 0.1), new Bests(0.8, 0.2), new Bests(0.7, 0.3), new Bests(0.15, 0.05)), 0.75);
        assertThat(found.threshold()).isCloseTo(0.5, within(1e-12));
        assertThat(found.found()).isEqualTo(0.75);
        assertThat(found.refused()).isEqualTo(1);
    }

    @Test
    void keepsAsManyAnswersAsAsked() {
        List<Bests> lists =
                List.of(new Bests(0.9, 0.1), new Bests(0.8, 0.2), new Bests(0.7, 0.3), new Bests(0.15, 0.05));
        NoMatch found = NoMatch.of(lists, 0.8);
        assertThat(found.threshold()).isCloseTo(0.125, within(1e-12));
        assertThat(found.found()).isEqualTo(1);
        assertThat(found.refused()).isEqualTo(0.5);
    }

    @Test
    void takesEverythingWhereNothingIsToldApart() {
        assertThat(NoMatch.of(List.of(new Bests(0.4, 0.4)), 0)).isEqualTo(new NoMatch(0, 1, 0));
        assertThatThrownBy(() -> NoMatch.of(List.of(), 0)).hasMessageContaining("takes lists");
    }
}
