package dev.juxta.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.TokenIndex;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JointProjectionsTest {

    private static final Weight TABLE = Weight.of("table", new float[12], 6, 2);

    private static Linear layer(String name, boolean bias) {
        return new Linear(
                Weight.of(name, new float[4], 2, 2),
                bias ? Optional.of(Weight.of(name + ".bias", new float[2], 2)) : Optional.empty());
    }

    /** The sum of the projections that both arrays have of the same rows. */
    private static <V> V sum(Ops<V> ops, V x, Linear... layers) {
        V sum = x;
        for (Linear layer : layers) {
            sum = ops.add(sum, ops.linear(x, layer));
        }
        return sum;
    }

    private static <V> V tokens(Ops<V> ops) {
        return ops.embedding(TABLE, TokenIndex.ID);
    }

    @Test
    void whatReadsTheSameRowsIsJoined() {
        Linear query = layer("query", true);
        Linear key = layer("key", true);
        Linear output = layer("output", true);
        JointProjections joint =
                JointProjections.of(Recorder.record(ops -> sum(ops, sum(ops, tokens(ops), query, key), output)));
        assertThat(joint.with(query)).containsExactly(query, key);
        assertThat(joint.with(key)).containsExactly(query, key);
        assertThat(joint.with(output)).containsExactly(output);
        assertThat(JointProjections.none().with(query)).containsExactly(query);
    }

    @Test
    void layersThatShareWeightsAreJoinedInEach() {
        Linear query = layer("query", false);
        Linear key = layer("key", false);
        JointProjections joint =
                JointProjections.of(Recorder.record(ops -> sum(ops, sum(ops, tokens(ops), query, key), query, key)));
        assertThat(joint.with(key)).containsExactly(query, key);
    }

    @Test
    void whatReadsOtherRowsAloneStaysAlone() {
        Linear query = layer("query", false);
        Linear key = layer("key", false);
        JointProjections joint =
                JointProjections.of(Recorder.record(ops -> sum(ops, sum(ops, tokens(ops), query, key), key)));
        assertThat(List.of(query, key))
                .allSatisfy(layer -> assertThat(joint.with(layer)).containsExactly(layer));
    }

    @Test
    void onlySomeWithBiasStayAlone() {
        Linear query = layer("query", true);
        Linear key = layer("key", false);
        JointProjections joint = JointProjections.of(Recorder.record(ops -> sum(ops, tokens(ops), query, key)));
        assertThat(joint.with(query)).containsExactly(query);
    }
}
