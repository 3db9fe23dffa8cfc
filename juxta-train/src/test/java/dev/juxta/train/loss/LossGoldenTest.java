package dev.juxta.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Values and gradients are those of sentence-transformers' losses; {@code scripts/goldens/make_losses.py} asked them. */
class LossGoldenTest {

    private static final double TOLERANCE = 1e-5;

    private record Golden(String name, Loss loss, ScoredLists batch, double value, float[] gradient) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden> goldens() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/losses/losses.jsonl")).stream()
                .map(line -> golden(JsonMapper.shared().readTree(line)));
    }

    private static Golden golden(JsonNode node) {
        int[] offsets =
                node.get("offsets").valueStream().mapToInt(JsonNode::intValue).toArray();
        return new Golden(
                node.get("loss").stringValue() + " " + node.path("options"),
                loss(node.get("loss").stringValue(), node.path("options")),
                new ScoredLists(floats(node.get("scores")), floats(node.get("labels")), offsets),
                node.get("value").doubleValue(),
                floats(node.get("gradient")));
    }

    private static Loss loss(String name, JsonNode options) {
        return switch (name) {
            case "bce" -> new BinaryCrossEntropy(options.path("positiveWeight").doubleValue(1));
            case "listmle" -> new ListMle(order(options));
            case "plistmle" -> new PositionAwareListMle(order(options));
            case "lambda" -> new LambdaLoss(scheme(options), options.get("k").intValue(), 1);
            case "infonce" -> new InfoNce(20);
            case "triplet" -> new Triplet(options.get("margin").doubleValue());
            case "kl" -> new KlDivergence(options.get("temperature").doubleValue());
            default -> Losses.named(name);
        };
    }

    private static DocumentOrder order(JsonNode options) {
        return options.get("order").stringValue().equals("given") ? DocumentOrder.GIVEN : DocumentOrder.LABELS;
    }

    private static LambdaLoss.Scheme scheme(JsonNode options) {
        return switch (options.get("scheme").stringValue()) {
            case "ndcg1" -> LambdaLoss.Scheme.NDCG1;
            case "ndcg2" -> LambdaLoss.Scheme.NDCG2;
            case "lambdarank" -> LambdaLoss.Scheme.LAMBDA_RANK;
            default -> LambdaLoss.Scheme.NDCG2_PLUS_PLUS;
        };
    }

    private static float[] floats(JsonNode list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void valueAndGradientAreTheReferences(Golden golden) {
        LossValue found = golden.loss.of(golden.batch);
        assertThat(found.value()).isCloseTo(golden.value, within(TOLERANCE * Math.max(1, Math.abs(golden.value))));
        for (int i = 0; i < golden.gradient.length; i++) {
            assertThat((double) found.gradient()[i])
                    .as("gradient by score %d", i)
                    .isCloseTo(golden.gradient[i], within(TOLERANCE * Math.max(1, Math.abs(golden.gradient[i]))));
        }
    }

    @Test
    void everyLossHasGoldens() throws IOException {
        Set<String> checked = goldens().map(golden -> golden.loss.name()).collect(Collectors.toSet());
        assertThat(checked).containsExactlyInAnyOrder(Losses.names().split(", ", -1));
    }

    /** The gradient is the value's slope: central differences at random scores. */
    @ParameterizedTest
    @MethodSource("goldens")
    void gradientIsTheSlope(Golden golden) {
        float[] scores = new float[golden.batch.scores().length];
        Random random = new Random(2);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) random.nextGaussian();
        }
        float[] gradient = golden.loss.of(with(golden, scores)).gradient();
        for (int i = 0; i < scores.length; i++) {
            float step = 1f / 1024;
            double up = golden.loss.of(with(golden, moved(scores, i, step))).value();
            double down = golden.loss.of(with(golden, moved(scores, i, -step))).value();
            double slope = (up - down) / (2 * step);
            assertThat((double) gradient[i]).isCloseTo(slope, within(1e-3 * Math.max(1, Math.abs(slope))));
        }
    }

    private static ScoredLists with(Golden golden, float[] scores) {
        return new ScoredLists(scores, golden.batch.labels(), golden.batch.offsets());
    }

    private static float[] moved(float[] scores, int i, float by) {
        float[] moved = scores.clone();
        moved[i] += by;
        return moved;
    }

    /** Long lists, huge scores, nothing to learn: no loss is ever NaN, or infinite. */
    @Test
    void staysFinite() {
        float[] scores = new float[1000];
        float[] labels = new float[1000];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = i % 2 == 0 ? 500 : -500;
            labels[i] = i < 500 ? 0 : i % 3;
        }
        ScoredLists batch = new ScoredLists(scores, labels, new int[] {0, 1, 500, 1000});
        for (String name : Losses.names().split(", ", -1)) {
            LossValue value = Losses.named(name).of(batch);
            assertThat(value.value()).as(name).isFinite();
            assertThat(IntStream.range(0, 1000).allMatch(i -> Float.isFinite(value.gradient()[i])))
                    .as("the gradient of " + name)
                    .isTrue();
        }
    }

    @Test
    void namesTheLossesThereAre() {
        assertThatThrownBy(() -> Losses.named("focal"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no loss \"focal\"; there are bce, ce, mse");
        List<String> names = Arrays.asList(Losses.names().split(", ", -1));
        assertThat(names).doesNotHaveDuplicates();
    }
}
