package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SearchCommandsTest {

    @TempDir
    private Path folder;

    private String docs = "";
    private String index = "";

    @BeforeEach
    void files() throws IOException {
        Path made = Files.createDirectories(folder.resolve("docs"));
        Files.writeString(
                made.resolve("guide.md"),
                "# Guide\n\nInstall the program.\n\n## Rivers\n\nThe Spree flows through Berlin.\n");
        Files.writeString(made.resolve("other.txt"), "Mountains are high in the Alps, and there is snow.");
        docs = made.toString();
        index = folder.resolve("index").toString();
    }

    private JsonNode index(String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of("index", docs, "--out", index, "--json"));
        arguments.addAll(List.of(more));
        Result result = Cli.PLAIN.run(arguments.toArray(String[]::new));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return result.json().get(0);
    }

    @Test
    void indexesSearchesAndIndexesAgain() throws IOException {
        JsonNode report = index();
        assertThat(report.path("added").intValue()).isEqualTo(2);
        assertThat(report.path("passages").intValue()).isEqualTo(3);
        assertThat(report.path("language").asString()).isEqualTo("en");

        JsonNode found = Cli.PLAIN
                .run("search", index, "--query", "river in Berlin", "--json", "--explain")
                .json()
                .get(0);
        JsonNode best = found.path("results").get(0);
        assertThat(best.path("heading").asString()).isEqualTo("Guide > Rivers");
        assertThat(best.path("text").asString()).isEqualTo("The Spree flows through Berlin.");
        String file = Files.readString(Path.of(best.path("file").asString()));
        assertThat(file.substring(
                        best.path("begin").intValue(), best.path("end").intValue()))
                .isEqualTo(best.path("text").asString());
        assertThat(best.path("stages").get(0).path("stage").asString()).isEqualTo("bm25");
        assertThat(found.path("stages").get(0).path("ms").doubleValue()).isPositive();

        Files.delete(folder.resolve("docs").resolve("other.txt"));
        assertThat(index().path("removed").intValue()).isEqualTo(1);
    }

    @Test
    void reranksWithinABudget() {
        index();
        Result result = Cli.PLAIN.run(
                "search", index, "--query", "guide mountains", "--rerank", "embedded", "--budget", "30s", "--json");
        assertThat(result.err()).isEmpty();
        JsonNode stages = result.json().get(0).path("stages");
        assertThat(stages.get(1).path("stage").asString()).isEqualTo("rerank");
        assertThat(stages.get(1).path("in").intValue()).isEqualTo(3);
        assertThat(stages.get(1).path("unscored").intValue()).isZero();
    }

    @Test
    void reranksByAnyKindOfModel() {
        index();
        for (String model : List.of("embedder-mean", "colbert-saved")) {
            Result result = Cli.PLAIN.run(
                    "search",
                    index,
                    "--query",
                    "guide mountains",
                    "--rerank",
                    Cli.golden(model),
                    "--context-tokens",
                    "60",
                    "--json");
            assertThat(result.code()).as(result.err()).isZero();
        }
    }

    @Test
    void searchesByTheVectorsOfTokensAndReranksByThem() {
        String colbert = Cli.golden("colbert-saved");
        assertThat(index("--late", colbert).path("late").asString()).isEqualTo(colbert);
        List<String> query = List.of("search", index, "--query", "river in Berlin", "--json");
        JsonNode late = search(query, List.of());
        assertThat(late.path("stages").get(0).path("stage").asString()).isEqualTo("late");
        assertThat(late.path("results")).hasSize(3);
        JsonNode cascade = search(
                query,
                List.of(
                        "--first",
                        "bm25",
                        "--late",
                        colbert,
                        "--late-keep",
                        "1",
                        "--rerank",
                        "embedded",
                        "--top-k",
                        "1"));
        assertThat(cascade.path("stages"))
                .extracting(stage -> stage.path("stage").asString())
                .containsExactly("bm25", "late", "rerank");
        assertThat(cascade.path("stages").get(2).path("in").intValue()).isEqualTo(1);
        assertThat(Cli.PLAIN
                        .run("index", docs, "--out", index, "--late", Cli.golden("colbert-pylate"))
                        .err())
                .contains("has other weights");
        assertThat(Cli.PLAIN
                        .run("search", index, "--query", "q", "--late-keep", "3")
                        .err())
                .contains("--late-keep is how many go from --late on to --rerank");
        assertThat(Cli.PLAIN
                        .run("index", docs, "--out", index, "--dense", Cli.golden("embedder-mean"))
                        .err())
                .contains("has no vectors of --dense, and cannot get any later");
    }

    private static JsonNode search(List<String> query, List<String> more) {
        List<String> arguments = new java.util.ArrayList<>(query);
        arguments.addAll(more);
        Result result = Cli.PLAIN.run(arguments.toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        return result.json().get(0);
    }

    @Test
    void linesAreCitedAndEqualIdsToldApart() throws IOException {
        Path made = Path.of(docs);
        Files.writeString(made.resolve("a.jsonl"), "{\"id\":1,\"text\":\"Elbe in Dresden\"}\n");
        Files.writeString(made.resolve("b.tsv"), "1\tElbe in Hamburg\n");
        index();
        JsonNode found = search(List.of("search", index, "--query", "Elbe", "--json"), List.of());
        assertThat(found.path("results"))
                .extracting(one -> one.path("id").asString())
                .containsExactlyInAnyOrder(made.resolve("a.jsonl") + ":1:1", made.resolve("b.tsv") + ":1:1");
        assertThat(found.path("results"))
                .extracting(one -> one.path("text").asString())
                .containsExactlyInAnyOrder("Elbe in Dresden", "Elbe in Hamburg");
        assertThat(found.path("results").get(0).path("line").intValue()).isEqualTo(1);
        String table = Cli.PLAIN.run("search", index, "--query", "Hamburg").out();
        assertThat(table).containsPattern("…[^ ]*b\\.tsv line 1:0 ");
    }

    @Test
    void anIndexIsBoundToItsModel() {
        String encoder = Cli.golden("embedder-mean");
        index("--dense", encoder);
        String other = Cli.golden("embedder-cls");
        for (Result result : List.of(
                Cli.PLAIN.run("index", docs, "--out", index, "--dense", other),
                Cli.PLAIN.run("search", index, "--query", "q", "--dense", other))) {
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err()).contains("has other weights").contains("use that model, or make a new index");
        }
        assertThat(index().path("unchanged").intValue()).isEqualTo(2);
    }

    @Test
    void packsAContext() {
        index();
        Result result = Cli.PLAIN.run("search", index, "--query", "guide snow", "--context-tokens", "60");
        assertThat(result.lines().get(0)).startsWith("[1] ");
        assertThat(result.out()).contains("Mountains are high").contains("guide.md:");
        assertThat(Cli.PLAIN
                        .run("search", index, "--query", "snow", "--context-tokens", "2")
                        .err())
                .contains("no passage fits");
    }

    @Test
    void saysWhatIsWrong() {
        index();
        assertThat(Cli.PLAIN.run("search", folder.resolve("none").toString(), "--query", "q"))
                .satisfies(result -> assertThat(result.code()).isEqualTo(1))
                .satisfies(result -> assertThat(result.err()).startsWith("juxta: There is no index in \""));
        assertThat(Cli.PLAIN
                        .run("search", index, "--query", "q", "--first", "magic")
                        .err())
                .isEqualTo("juxta: --first \"magic\" is not one of bm25, dense, hybrid, late\n");
        assertThat(Cli.PLAIN
                        .run("search", index, "--query", "q", "--first", "dense")
                        .err())
                .contains("has no vectors");
        assertThat(Cli.PLAIN.run("search", index).err()).contains("there is no query");
        assertThat(Cli.PLAIN.run("index", docs).err()).contains("--out");
        assertThat(Cli.PLAIN
                        .run("index", docs, "--out", index, "--language", "xx")
                        .err())
                .contains("--language \"xx\" is not one of");
        assertThat(Cli.PLAIN
                        .run("index", docs, "--out", index, "--split", "none")
                        .err())
                .contains("was made with language en, passages by heading 200 40");
        assertThat(Cli.PLAIN.run("index", docs, "--out", docs).err()).contains("holds other files");
        assertThat(Cli.PLAIN
                        .run("index", folder.resolve("missing").toString(), "--out", index)
                        .err())
                .contains("There is no file or folder");
    }
}
