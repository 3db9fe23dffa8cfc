package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RerankCommandTest {

    private static final String TINY = Cli.golden("bert-tiny-1label");
    private static final String PASSAGES = """
            New York City is famous for the Metropolitan Museum of Art.

            Berlin has a population of 3,520,031 registered inhabitants.
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void ranksWithTheEmbeddedModel() {
        Result result = Cli.PLAIN.with(PASSAGES).run("rerank", "--query", "How many people live in Berlin?", "--json");
        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        JsonNode object = result.json().get(0);
        assertThat(Result.keys(object)).containsExactly("query", "model", "results");
        assertThat(object.get("query").asString()).isEqualTo("How many people live in Berlin?");
        assertThat(object.get("model").asString()).isEqualTo("embedded");
        JsonNode best = object.get("results").get(0);
        assertThat(Result.keys(best)).containsExactly("rank", "index", "logit", "score", "text", "tokens", "truncated");
        assertThat(best.get("rank").asInt()).isEqualTo(1);
        assertThat(best.get("index").asInt()).isEqualTo(1);
        assertThat(best.get("score").asDouble()).isGreaterThan(0.25);
        assertThat(object.get("results").get(1).get("score").asDouble()).isLessThan(0.05);
        assertThat(best.get("text").asString()).startsWith("Berlin has");
        assertThat(best.get("truncated").asInt()).isZero();
    }

    @Test
    void ranksFast() {
        String[] asked = {"rerank", "--query", "How many people live in Berlin?", "--json", "--fast"};
        Result result = Cli.PLAIN.with(PASSAGES).run(asked);
        assertThat(result.err()).isEmpty();
        JsonNode fast = result.json().get(0);
        assertThat(fast.get("model").asString()).isEqualTo("embedded-fast");
        assertThat(Result.keys(fast)).containsExactly("query", "model", "results");
        JsonNode full = Cli.PLAIN
                .with(PASSAGES)
                .run(Arrays.copyOf(asked, asked.length - 1))
                .json()
                .get(0);
        assertThat(fast.get("results")).isEqualTo(full.get("results")); // so few are all read by it
        Result two = Cli.PLAIN.with(PASSAGES).run("rerank", "--query", "q", "--fast", "--model", TINY);
        assertThat(two.code()).isEqualTo(2);
        assertThat(two.err()).contains("--fast is the model embedded-fast, and --model \"" + TINY);
    }

    @Test
    void saysWhereEvenTheBestIsNoGoodMatch() throws IOException {
        for (String file : new String[] {"model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
            Files.copy(Path.of(TINY, file), folder.resolve(file));
        }
        String config = Files.readString(Path.of(TINY, "config.json")).strip();
        String calibrated = config.substring(0, config.length() - 1);
        String[] arguments = {
            "rerank", "--query", "q", "--model", folder.toString(), "--activation", "sigmoid", "--json"
        };
        Files.writeString(folder.resolve("config.json"), calibrated + ", \"juxta\": {\"no_match_below\": 0.9999}}");
        Result none = Cli.PLAIN.with(PASSAGES).run(arguments);
        assertThat(none.json().get(0).get("no_good_match").asBoolean()).isTrue();
        assertThat(Cli.PLAIN.with(PASSAGES).run(Arrays.copyOf(arguments, 7)).err())
                .contains("no document is a good match: the best score is 0.")
                .contains("begin at 0.9999");
        Files.writeString(folder.resolve("config.json"), calibrated + ", \"juxta\": {\"no_match_below\": 0}}");
        assertThat(Cli.PLAIN.with(PASSAGES).run(arguments).json().get(0).has("no_good_match"))
                .isFalse();
        Files.writeString(folder.resolve("config.json"), calibrated + ", \"juxta\": {\"no_match_below\": \"x\"}}");
        Result bad = Cli.PLAIN.with(PASSAGES).run(arguments);
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.err()).contains("\"no_match_below\" must be a number from 0 to 1, and is \"x\"");
    }

    @Test
    void readsTitlesAndIdsOfJsonlOnStdin() {
        Result result = Cli.PLAIN.with("""
                        {"text":"one","title":"First","id":"x"}

                        {"text":"two","title":"","_id":7}
                        {"text":"three","title":null}
                        """).run("rerank", "--query", "q", "--model", TINY, "--json");
        assertThat(result.code()).isZero();
        JsonNode results = result.json().get(0).get("results");
        assertThat(results.valueStream().map(one -> one.get("text").asString()))
                .containsExactlyInAnyOrder("First one", "two", "three");
        assertThat(results.valueStream().map(one -> one.path("id").asString("none")))
                .containsExactlyInAnyOrder("x", "7", "none");
        assertThat(result.out()).contains("\"id\":7");
    }

    @Test
    void plainLinesMayLookLikeJson() {
        Result result = Cli.PLAIN.with("{\"other\":1}\n{\n").run("rerank", "--query", "q", "--model", TINY, "--json");
        assertThat(result.json()
                        .get(0)
                        .get("results")
                        .valueStream()
                        .map(one -> one.get("text").asString()))
                .containsExactlyInAnyOrder("{\"other\":1}", "{");
    }

    @Test
    void readsFilesInTheirOrder() throws IOException {
        Path text = Files.writeString(folder.resolve("a b.txt"), "\uFEFFone\r\n\r\ntwo");
        Path jsonl = Files.writeString(folder.resolve("c.jsonl"), "{\"text\":\"three\"}\n");
        Result result = Cli.PLAIN
                .with("four\n")
                .run("rerank", "--query", "q", "--model", TINY, "--json", text.toString(), "-", jsonl.toString());
        JsonNode results = result.json().get(0).get("results");
        assertThat(results.valueStream()
                        .map(one -> one.get("index").asInt() + one.get("text").asString()))
                .containsExactlyInAnyOrder("0one", "1two", "2four", "3three");
    }

    @Test
    void printsOneObjectPerQueryInTheirOrder() throws IOException {
        Path documents = Files.writeString(folder.resolve("d.txt"), "one\ntwo\n");
        Result result = Cli.PLAIN
                .with("{\"text\":\"first\",\"id\":\"q1\"}\n{\"query\":\"second\"}\n")
                .run("rerank", "--queries", "-", "--model", TINY, "--top-k", "1", "--json", documents.toString());
        assertThat(result.json()).hasSize(2);
        assertThat(Result.keys(result.json().get(0))).containsExactly("query", "model", "results", "id");
        assertThat(result.json().get(0).get("id").asString()).isEqualTo("q1");
        assertThat(result.json().get(1).get("query").asString()).isEqualTo("second");
        assertThat(Result.keys(result.json().get(1))).containsExactly("query", "model", "results");
        assertThat(result.json().get(1).get("results")).hasSize(1);
    }

    @Test
    void chunksSayTheirSpanAndBudgetsWhatIsLeft() {
        Result result = Cli.PLAIN
                .with("😀 one two three four five six seven eight nine ten eleven\n")
                .run(
                        "rerank",
                        "--query",
                        "q",
                        "--model",
                        TINY,
                        "--max-length",
                        "8",
                        "--on-long",
                        "chunk",
                        "--json",
                        "--budget",
                        "1m");
        JsonNode object = result.json().get(0);
        assertThat(object.get("unscored").asInt()).isZero();
        assertThat(object.get("results").get(0).get("span")).hasSize(2);
        assertThat(object.get("results").get(0).get("span").get(1).asInt()).isLessThanOrEqualTo(55);
    }

    @Test
    void leavesOutWhatIsNotWanted() {
        Result result = Cli.PLAIN
                .with("one\ntwo\n")
                .run("rerank", "--query", "q", "--model", TINY, "--json", "--no-documents", "--min-score", "-1000");
        assertThat(result.json().get(0).get("results")).hasSize(2);
        assertThat(result.out()).doesNotContain("\"text\"");
        Result none = Cli.PLAIN.with("one\n").run("rerank", "--query", "q", "--model", TINY, "--min-score", "1000");
        assertThat(none.code()).isZero();
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).isEqualTo("juxta: no document reaches --min-score\n");
    }

    @Test
    void promptsChangeWhatIsRead() {
        Cli cli = Cli.PLAIN.with("one\n");
        Result plain = cli.run("rerank", "--query", "q", "--model", TINY, "--json", "--prompt", "");
        Result prompted = cli.run("rerank", "--query", "q", "--model", TINY, "--json", "--prompt", "find ");
        assertThat(prompted.json().get(0).get("results").get(0).get("tokens").asInt())
                .isGreaterThan(
                        plain.json().get(0).get("results").get(0).get("tokens").asInt());
    }

    @Test
    void loneSurrogatesComeBackAsTheyWent() {
        Result result = Cli.PLAIN
                .with("{\"text\":\"a \\ud83d b \\u009b\"}\n")
                .run("rerank", "--query", "q", "--model", TINY, "--json");
        assertThat(result.out()).contains("\"text\":\"a \\ud83d b \\u009b\"");
    }

    @Test
    void refusesWhatItCannotRank() {
        Result many = Cli.PLAIN.with("a\nb\nc\n").run("rerank", "--query", "q", "--max-candidates", "2");
        assertThat(many.code()).isEqualTo(1);
        assertThat(many.err()).contains("more than 2 documents", "--max-candidates");
        Result labels = Cli.PLAIN.with("a\n").run("rerank", "--query", "q", "--model", Cli.golden("bert-3labels"));
        assertThat(labels.code()).isEqualTo(1);
        assertThat(labels.err()).contains("needs a model with one label", "juxta classify");
        Result length = Cli.PLAIN
                .with("one\none two three four five\n")
                .run("rerank", "--query", "q", "--model", TINY, "--max-length", "6", "--on-long", "fail", "--json");
        assertThat(length.code()).isEqualTo(1);
        assertThat(length.err()).contains("stdin, line 2 makes a pair of", "reads 6");
        assertThat(length.out()).isEmpty();
    }
}
