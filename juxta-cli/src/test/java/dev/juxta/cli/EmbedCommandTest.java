package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EmbedCommandTest {

    private static final String MEAN = Cli.golden("embedder-mean");
    private static final String COLBERT = Cli.golden("colbert-stanford");

    @Test
    void printsAVectorForEachText() {
        Result result = Cli.PLAIN.with("people live\n\nin the city\n").run("embed", "--model", MEAN, "--json");
        assertThat(result.code()).isZero();
        assertThat(result.json()).hasSize(2);
        JsonNode first = result.json().get(0);
        assertThat(Result.keys(first)).containsExactly("embedding", "tokens", "truncated");
        assertThat(first.get("embedding")).hasSize(32);
        assertThat(result.json().get(1)).isNotEqualTo(first);
    }

    @Test
    void rolesHavePromptsOfTheirOwn() {
        String text = "{\"id\":7,\"text\":\"people\"}\n";
        Result query = Cli.PLAIN.with(text).run("embed", "--model", MEAN, "--as", "query", "--json");
        Result document = Cli.PLAIN.with(text).run("embed", "--model", MEAN, "--as", "document", "--json");
        assertThat(query.json().get(0).get("id").asInt()).isEqualTo(7);
        assertThat(query.json().get(0).get("embedding"))
                .isNotEqualTo(document.json().get(0).get("embedding"));
        Result wrong = Cli.PLAIN.with(text).run("embed", "--model", MEAN, "--as", "passage");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("\"passage\" is not one of query, document, text");
    }

    @Test
    void cutsDimensions() {
        Result result =
                Cli.PLAIN.with("people\n").run("embed", "--model", MEAN, "--dimensions", "5", "--normalize", "--json");
        double squares = result.json()
                .get(0)
                .get("embedding")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .map(x -> x * x)
                .sum();
        assertThat(result.json().get(0).get("embedding")).hasSize(5);
        assertThat(squares).isBetween(0.9999, 1.0001);
        Result tooMany = Cli.PLAIN.with("people\n").run("embed", "--model", MEAN, "--dimensions", "33");
        assertThat(tooMany.code()).isEqualTo(2);
        assertThat(tooMany.err()).contains("--dimensions 33 is more than the 32");
    }

    @Test
    void printsPlainNumbersForPipes() {
        Result json = Cli.PLAIN.with("people\n").run("embed", "--model", MEAN, "--json");
        Result plain = Cli.PLAIN.with("people\n").run("embed", "--model", MEAN);
        String[] numbers = plain.out().strip().split(" ");
        assertThat(numbers).hasSize(32);
        assertThat(Float.parseFloat(numbers[3]))
                .isEqualTo(json.json().get(0).get("embedding").get(3).floatValue());
    }

    @Test
    void lateInteractionGivesAVectorForEachToken() {
        Result result = Cli.PLAIN.with("people live\n").run("embed", "--model", COLBERT, "--as", "query", "--json");
        assertThat(result.json().get(0).get("embeddings")).hasSize(20);
        assertThat(result.json().get(0).get("embeddings").get(0)).hasSize(16);
        assertThat(Cli.PLAIN
                        .with("people\n")
                        .run("embed", "--model", COLBERT, "--as", "query")
                        .out())
                .startsWith("20 × 16 people");
    }

    @Test
    void scoresAndRanksBySimilarity() {
        Result score = Cli.PLAIN.with("people\tpeople\n").run("score", "--model", MEAN, "--json");
        assertThat(Result.keys(score.json().get(0)))
                .containsExactly("logits", "score", "similarity", "tokens", "truncated");
        assertThat(score.json().get(0).get("similarity").asString()).isEqualTo("cosine");
        Result ranked =
                Cli.PLAIN.with("people\ncity\n").run("rerank", "--query", "people", "--model", COLBERT, "--json");
        assertThat(ranked.json().get(0).get("similarity").asString()).isEqualTo("maxsim");
        assertThat(ranked.json().get(0).get("results")).hasSize(2);
    }

    @Test
    void saysWhatIsWrong() {
        Result cross = Cli.PLAIN.with("people\n").run("embed");
        assertThat(cross.code()).isEqualTo(1);
        assertThat(cross.err()).contains("embedded is a cross-encoder", "--model");
        Result bad = Cli.PLAIN.with("{\"text\":\"a\"}\n{\"texts\":\"b\"}\n").run("embed", "--model", MEAN, "--json");
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.err()).contains("stdin, line 2", "\"text\"");
        Result longText = Cli.PLAIN
                .with("a\n" + "people ".repeat(200) + "\n")
                .run("embed", "--model", MEAN, "--on-long", "fail", "--json");
        assertThat(longText.code()).isEqualTo(1);
        assertThat(longText.err()).contains("stdin, line 2", "the model reads 100");
        assertThat(Cli.PLAIN.with("\n").run("embed", "--model", MEAN).err()).contains("has no texts");
        Result windows = Cli.PLAIN.with("a\n").run("embed", "--model", MEAN, "--on-long", "chunk");
        assertThat(windows.code()).isEqualTo(2);
        assertThat(windows.err()).contains("--on-long chunk", "choose truncate or fail");
    }

    @Test
    void tellsOfTextsThatTheModelWasNotMadeFor() {
        String thai = "เบอร์ลินเป็นเมืองหลวงและเมืองที่ใหญ่ที่สุดของเยอรมนี";
        Result embedded = Cli.PLAIN.with(thai + "\n").run("embed", "--model", MEAN, "--json");
        assertThat(embedded.json().get(0).get("warnings").get(0).asString()).startsWith("Texts in Thai script");
        Result scored = Cli.PLAIN.with(thai + "\t" + thai + "\n").run("score", "--json");
        assertThat(scored.json().get(0).get("warnings")).hasSize(1);
        Result ranked = Cli.PLAIN.with(thai + "\n").run("rerank", "--query", thai, "--json");
        assertThat(ranked.json().get(0).get("warnings")).hasSize(1);
    }
}
