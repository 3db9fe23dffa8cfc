package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PairCommandsTest {

    private static final String TINY = Cli.golden("bert-tiny-1label");
    private static final String CLASSES = Cli.golden("bert-3labels");

    @Test
    void scoresPairsInTheirOrder() {
        Result result = Cli.PLAIN.with("a\tb\na\t\n").run("score", "--model", TINY, "--json");
        assertThat(result.code()).isZero();
        assertThat(result.json()).hasSize(2);
        JsonNode first = result.json().get(0);
        assertThat(Result.keys(first)).containsExactly("logits", "score", "tokens", "truncated");
        assertThat(first.get("logits")).hasSize(1);
        assertThat(result.json().get(1).get("tokens").asInt())
                .isLessThan(first.get("tokens").asInt());
    }

    @Test
    void jsonlAndTsvScoreTheSame() {
        Result tsv = Cli.PLAIN.with("a b\tc d\n").run("score", "--model", TINY, "--json");
        Result jsonl = Cli.PLAIN.with("\n{\"b\":\"c d\",\"a\":\"a b\"}\n").run("score", "--model", TINY, "--json", "-");
        assertThat(jsonl.out()).isEqualTo(tsv.out());
    }

    @Test
    void floatsAreTheShortestThatMeanTheSame() {
        Result result = Cli.PLAIN.with("a\tb\n").run("score", "--model", TINY, "--json");
        String text = result.out().replaceAll(".*\"logits\":\\[([^]]*)].*\\n", "$1");
        assertThat(Float.toString(Float.parseFloat(text))).isEqualTo(text);
    }

    @Test
    void severalLabelsGiveSeveralScores() {
        Result result = Cli.PLAIN.with("a\tb\n").run("score", "--model", CLASSES, "--json", "--activation", "softmax");
        JsonNode object = result.json().get(0);
        assertThat(Result.keys(object)).containsExactly("logits", "scores", "label", "tokens", "truncated");
        assertThat(object.get("scores")
                        .valueStream()
                        .mapToDouble(JsonNode::asDouble)
                        .sum())
                .isBetween(0.999999, 1.000001);
    }

    @Test
    void classifiesWithNamesAndProbabilities() {
        Result result = Cli.PLAIN.with("a\tb\n").run("classify", "--model", CLASSES, "--json");
        JsonNode object = result.json().get(0);
        assertThat(Result.keys(object))
                .containsExactly("label", "probability", "probabilities", "logits", "tokens", "truncated");
        String label = object.get("label").asString();
        assertThat(object.get("probabilities").get(label).asDouble())
                .isEqualTo(object.get("probability").asDouble());
        assertThat(object.get("probabilities")).hasSize(3);
        Result one = Cli.PLAIN.with("a\tb\n").run("classify", "--model", TINY);
        assertThat(one.code()).isEqualTo(1);
        assertThat(one.err()).contains("several labels", "juxta score");
    }

    @Test
    void tokenizesAsTheModelReads() {
        Result result =
                Cli.PLAIN.with("how big is Berlin\tBerlin is big\n").run("tokenize", "--json", "--max-length", "6");
        assertThat(result.out())
                .isEqualTo("{\"ids\":[101,2129,102,101,4068,102],\"type_ids\":[0,0,0,1,1,1],\"length\":11}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"score", "classify", "tokenize"})
    void printsTables(String command) {
        Result result = Cli.PLAIN.with("first\tsecond\n").run(command, "--model", CLASSES);
        assertThat(result.code()).isZero();
        assertThat(result.lines()).hasSize(2);
        assertThat(result.out()).doesNotContain("\u001b");
    }

    @Test
    void chunksOnlyWithOneLabel() {
        Result result = Cli.PLAIN.with("a\tb\n").run("score", "--model", CLASSES, "--on-long", "chunk");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("--on-long chunk", "3 labels");
    }
}
