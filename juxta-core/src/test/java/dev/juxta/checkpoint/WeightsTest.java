package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.Weights.WeightException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A weight that is missing, of another shape, or unknown is named. */
class WeightsTest {

    private static final Weight TWO_BY_ONE = Weight.of("a.b.weight", new float[] {1, 2}, 2, 1);

    private static Weights weights(Weight... all) {
        Map<String, Weight> byName = new TreeMap<>();
        for (Weight weight : all) {
            byName.put(weight.name(), weight);
        }
        return new Weights("place", byName);
    }

    @Test
    void findsAWeightThroughItsScopes() {
        Weights weights = weights(TWO_BY_ONE);
        assertThat(weights.contains("a.b.weight")).isTrue();
        assertThat(weights.at("a").at("b").contains("weight")).isTrue();
        assertThat(weights.at("a").contains("weight")).isFalse();
        assertThat(weights.at("a").at("b").require("weight", 2, 1)).isSameAs(TWO_BY_ONE);
        assertThat(weights.at("a").find("weight", 2, 1)).isEmpty();
        weights.requireAllRead();
    }

    @Test
    void namesAMissingWeight() {
        assertThatThrownBy(() -> weights(TWO_BY_ONE).at("a").require("weight", 3, 4))
                .isInstanceOf(WeightException.class)
                .hasMessage("place has no weight \"a.weight\" [3, 4]; the checkpoint is incomplete");
        assertThatThrownBy(() -> weights().at("classifier").require("weight", 1, 4))
                .hasMessageContaining("\"classifier.weight\" [1, 4]")
                .hasMessageContaining("not a cross-encoder");
    }

    @Test
    void namesAWeightOfAnotherShape() {
        assertThatThrownBy(() -> weights(TWO_BY_ONE).require("a.b.weight", 1, 2))
                .isInstanceOf(WeightException.class)
                .hasMessage(
                        "place: the weight \"a.b.weight\" has the shape [2, 1] where the configuration asks for [1, 2]");
        assertThatThrownBy(() -> weights(TWO_BY_ONE).find("a.b.weight", 2)).isInstanceOf(WeightException.class);
    }

    @Test
    void namesUnusedWeightsButNoBuffers() {
        Weight buffer = Weight.of("a.position_ids", new float[] {0}, 1);
        Weights weights = weights(TWO_BY_ONE, buffer, Weight.of("c", new float[0], 0));
        assertThatThrownBy(weights::requireAllRead)
                .isInstanceOf(WeightException.class)
                .hasMessageContaining("a.b.weight, c;");
        weights.require("c", 0);
        weights.at("a.b").require("weight", 2, 1);
        weights.requireAllRead();
    }

    @Test
    void namesFiveUnusedWeightsAtMost() {
        Weight[] all = IntStream.range(0, 9)
                .mapToObj(i -> Weight.of("w" + i, new float[] {i}, 1))
                .toArray(Weight[]::new);
        assertThatThrownBy(weights(all)::requireAllRead).hasMessageContaining("w0, w1, w2, w3, w4 and 4 more;");
    }

    @Test
    void refusesARowThatIsNotThere() {
        assertThatThrownBy(() -> TWO_BY_ONE.readRow(2, new float[1], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Row 2 is not in a.b.weight [2, 1]");
        assertThatThrownBy(() -> TWO_BY_ONE.readRow(-1, new float[1], 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
