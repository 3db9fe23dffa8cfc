package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The forms of {@code juxta evaluate}, on a data set of two queries; the model's scores mean nothing. */
class EvaluateCommandTest {

    private static final String MODEL = Cli.golden("bert-tiny-1label");

    @TempDir
    private Path folder;

    private String beir = "";
    private String first = "";

    @BeforeEach
    void aDataSet() throws IOException {
        beir = folder.toString();
        first = file("first.trec", "q1 Q0 d2 1 3 t\nq1 Q0 d1 2 2 t\nq1 Q0 d3 3 1 t\nq2 Q0 d3 1 2 t\nq2 Q0 d1 2 1 t\n");
        file("corpus.jsonl", """
                {"_id":"d1","title":"","text":"Berlin has 3.5 million people"}
                {"_id":"d2","title":"Paris","text":"is a city"}
                {"_id":"d3","text":"git log shows the history"}
                """);
        file("queries.jsonl", """
                {"_id":"q1","text":"how big is Berlin"}
                {"_id":"q2","text":"how do I see the history"}
                """);
        Files.createDirectory(folder.resolve("qrels"));
        file("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td3\t2\n");
    }

    @Test
    void aRunIsMeasured() {
        Result result = Cli.PLAIN.run(
                "evaluate",
                "run",
                "--qrels",
                beir + "/qrels/test.tsv",
                "--run",
                first,
                "--measures",
                "RR,P@1",
                "--json");
        JsonNode last = last(result);
        assertThat(Result.keys(last)).containsExactly("queries", "measures", "seconds");
        assertThat(last.path("queries").intValue()).isEqualTo(2);
        assertThat(last.path("measures").path("RR").doubleValue()).isEqualTo(0.75);
        assertThat(last.path("measures").path("P@1").doubleValue()).isEqualTo(0.5);
        String table = Cli.PLAIN
                .run("evaluate", "run", "--qrels", beir + "/qrels/test.tsv", "--run", first)
                .out();
        assertThat(table).contains("nDCG@10").contains("RR@10").contains("2 queries");
    }

    @Test
    void twoRunsAreCompared() throws IOException {
        String second = file("second.trec", "q1 Q0 d1 1 3 t\n");
        Result result = Cli.PLAIN.run(
                "evaluate",
                "run",
                "--qrels",
                beir + "/qrels/test.tsv",
                "--run",
                first,
                "--against",
                second,
                "--measures",
                "RR",
                "--per-query",
                "--json");
        List<JsonNode> lines = result.json();
        assertThat(lines.get(0).path("query").stringValue()).isEqualTo("q1");
        assertThat(lines.get(0).path("measures").path("RR").doubleValue()).isEqualTo(0.5);
        JsonNode comparison = lines.get(lines.size() - 2);
        assertThat(comparison.path("against").path("RR").doubleValue()).isEqualTo(0.5);
        assertThat(comparison.path("p").path("RR").doubleValue()).isEqualTo(1);
        Result missing = Cli.PLAIN.run(
                "evaluate", "run", "--qrels", beir + "/qrels/test.tsv", "--run", second, "--measures", "RR", "--json");
        assertThat(missing.err()).contains("1 of 2 judged queries have no documents in the run");
        assertThat(last(missing).path("measures").path("RR").doubleValue()).isEqualTo(0.5);
        Result retrieved = Cli.PLAIN.run(
                "evaluate", "run", "--qrels", beir + "/qrels/test.tsv", "--run", second, "--only-retrieved", "--json");
        assertThat(last(retrieved).path("queries").intValue()).isEqualTo(1);
    }

    @Test
    void aCorpusIsSearchedAndReranked() throws IOException {
        String out = folder.resolve("bm25.trec").toString();
        Result found = Cli.PLAIN.run("evaluate", "retrieve", "--data", beir, "--first", "bm25", "--run", out, "--json");
        JsonNode last = last(found);
        assertThat(Result.keys(last)).containsExactly("queries", "measures", "seconds");
        assertThat(last.path("measures").path("nDCG@10").doubleValue()).isEqualTo(1);
        assertThat(Files.readString(Path.of(out))).contains("q1 Q0 d1 1 ");
        Result reranked = Cli.PLAIN.run(
                "evaluate",
                "retrieve",
                "--data",
                beir,
                "--first",
                "bm25",
                "--candidates",
                "2",
                "--rerank",
                MODEL,
                "--json");
        assertThat(Result.keys(last(reranked))).containsExactly("queries", "measures", "first", "seconds");
        String encoder = Cli.golden("embedder-mean");
        for (String first : List.of("dense", "hybrid")) {
            Result near = Cli.PLAIN.run(
                    "evaluate", "retrieve", "--data", beir, "--first", first, "--dense", encoder, "--json");
            assertThat(near.err()).doesNotContain("juxta:");
            // every document is found, whatever its place
            assertThat(last(near).path("measures").path("R@100").doubleValue()).isEqualTo(1);
        }
        Result late = Cli.PLAIN.run(
                "evaluate",
                "retrieve",
                "--data",
                beir,
                "--first",
                "late",
                "--late",
                Cli.golden("colbert-saved"),
                "--json");
        assertThat(last(late).path("measures").path("R@100").doubleValue()).isEqualTo(1);
    }

    @Test
    void vectorsAreKeptForTheNextTime() throws IOException {
        String index = folder.resolve("kept").toString();
        String encoder = Cli.golden("embedder-mean");
        List<String> runs = List.of("first", "again", "without");
        for (String run : runs) {
            List<String> arguments = new java.util.ArrayList<>(List.of(
                    "evaluate",
                    "retrieve",
                    "--data",
                    beir,
                    "--first",
                    "dense",
                    "--dense",
                    encoder,
                    "--run",
                    folder.resolve(run).toString()));
            if (!run.equals("without")) {
                arguments.addAll(List.of("--index", index));
            }
            Result result = Cli.PLAIN.run(arguments.toArray(String[]::new));
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(folder.resolve(run)).hasSameTextualContentAs(folder.resolve("first"));
        }
        Result report = Cli.PLAIN.run(
                "index", beir + "/corpus.jsonl", "--out", index, "--dense", encoder, "--split", "none", "--json");
        assertThat(report.json().get(0).path("unchanged").intValue()).isEqualTo(1);
        Result other = Cli.PLAIN.run(
                "evaluate",
                "retrieve",
                "--data",
                beir,
                "--first",
                "dense",
                "--dense",
                Cli.golden("embedder-cls"),
                "--index",
                index);
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("has other weights");
        file("more.txt", "more words");
        Cli.PLAIN.run("index", folder.resolve("more.txt").toString(), "--out", index, "--dense", encoder);
        fails(
                1,
                "is an index of " + folder.resolve("more.txt"),
                "evaluate",
                "retrieve",
                "--data",
                beir,
                "--first",
                "dense",
                "--dense",
                encoder,
                "--index",
                index);
        fails(2, "--index keeps vectors", "evaluate", "retrieve", "--data", beir, "--first", "bm25", "--index", index);
    }

    @Test
    void aFirstStageThatCannotBeIsRefused() {
        assertThat(Cli.PLAIN
                        .run("evaluate", "retrieve", "--data", beir, "--first", "splade")
                        .err())
                .contains("\"splade\" is not one of bm25, dense, hybrid, late");
        assertThat(Cli.PLAIN
                        .run("evaluate", "retrieve", "--data", beir, "--first", "dense")
                        .err())
                .contains("name one with --dense");
        assertThat(Cli.PLAIN
                        .run("evaluate", "retrieve", "--data", beir, "--first", "bm25", "--language", "xx")
                        .err())
                .contains("--language \"xx\" is not one of");
        assertThat(Cli.PLAIN
                        .run("evaluate", "retrieve", "--data", beir, "--first", "bm25", "--split", "dev")
                        .err())
                .contains("dev");
    }

    @Test
    void candidatesAreRerankedAndWritten() throws IOException {
        String out = folder.resolve("out.trec.gz").toString();
        String html = folder.resolve("report.html").toString();
        Result result = Cli.PLAIN.run(
                "evaluate",
                "rerank",
                "--data",
                beir,
                "--run-in",
                first,
                "--rerank",
                MODEL,
                "--run",
                out,
                "--candidates",
                "3",
                "--depths",
                "1,2",
                "--html",
                html,
                "--svg",
                folder.resolve("plot.svg").toString(),
                "--json");
        JsonNode last = last(result);
        assertThat(Result.keys(last)).containsExactly("queries", "measures", "first", "seconds");
        assertThat(last.path("first").path("RR@10").doubleValue()).isEqualTo(0.75);
        assertThat(folder.resolve("plot.svg"))
                .content()
                .satisfies(svg -> assertThat(org.jsoup.Jsoup.parse(svg, "", org.jsoup.parser.Parser.xmlParser())
                                .select("svg[xmlns] > style, svg circle"))
                        .hasSize(4));
        fails(
                2,
                "--svg plots several",
                "evaluate",
                "run",
                "--qrels",
                beir + "/qrels/test.tsv",
                "--run",
                first,
                "--svg",
                folder.resolve("none.svg").toString());
        JsonNode again =
                last(Cli.PLAIN.run("evaluate", "run", "--qrels", beir + "/qrels/test.tsv", "--run", out, "--json"));
        assertThat(again.path("measures")).isEqualTo(last.path("measures"));
        String page = Files.readString(Path.of(html));
        assertThat(page)
                .contains("<svg")
                .contains("Precision over recall")
                .contains("over time")
                .contains("q2");
        assertThat(page).doesNotContain("<script").doesNotContain("http:").doesNotContain("https:");
        assertThat(page.split("<svg", -1)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedder-mean", "colbert-saved"})
    void anyKindOfModelIsMeasured(String name) throws IOException {
        String model = Cli.golden(name);
        Result reranked =
                Cli.PLAIN.run("evaluate", "rerank", "--data", beir, "--run-in", first, "--rerank", model, "--json");
        assertThat(last(reranked).path("measures").path("RR@10").doubleValue()).isBetween(0.3, 1.0);
        String similar = file("sts.tsv", "a b\ta b\t5\na b\tc d\t1\ncat\tdog\t3\n");
        Result pairs = Cli.PLAIN.run(
                "evaluate", "pairs", "--data", similar, "--task", "similarity", "--model", model, "--json");
        assertThat(Result.keys(last(pairs).path("measures"))).containsExactly("Spearman", "Pearson");
    }

    @Test
    void mtebsRerankingFormNeedsNoRun() throws IOException {
        String data = file(
                "mteb.jsonl",
                "{\"query\":\"how big is Berlin\",\"positive\":[\"Berlin has 3.5 million people\"],\"negative\":[\"no\"]}\n");
        Result result = Cli.PLAIN.run("evaluate", "rerank", "--data", data, "--rerank", MODEL, "--json");
        assertThat(Result.keys(last(result))).containsExactly("queries", "measures", "seconds");
        assertThat(last(result).path("measures").path("RR@10").doubleValue()).isIn(0.5, 1.0);
        for (String option : List.of("--candidates", "--depths")) {
            fails(
                    2,
                    "are in no order; leave it out",
                    "evaluate",
                    "rerank",
                    "--data",
                    data,
                    "--rerank",
                    MODEL,
                    option,
                    "10");
        }
    }

    @Test
    void ofMtebsFormEveryTextIsReranked() throws IOException {
        String negative = String.join(",", java.util.Collections.nCopies(150, "\"a text\""));
        String data =
                file("long.jsonl", "{\"query\":\"a\",\"positive\":[\"a text\"],\"negative\":[" + negative + "]}\n");
        String out = folder.resolve("long.trec").toString();
        JsonNode last = last(Cli.PLAIN.run(
                "evaluate", "rerank", "--data", data, "--rerank", MODEL, "--run", out, "--measures", "RR", "--json"));
        assertThat(Files.readAllLines(Path.of(out))).hasSize(151);
        // all texts are the same, and to rank the right one first would be luck
        assertThat(last.path("measures").path("RR").doubleValue()).isEqualTo(1.0 / 151);
    }

    @Test
    void pairsAreMeasuredByTheirTask() throws IOException {
        String similar = file("sts.tsv", "text1\ttext2\tlabel\na b\ta b\t5\na b\tc d\t1\ncat\tdog\t3\n");
        Result result = Cli.PLAIN.run(
                "evaluate", "pairs", "--data", similar, "--task", "similarity", "--model", MODEL, "--json");
        JsonNode last = last(result);
        assertThat(Result.keys(last)).containsExactly("queries", "measures", "seconds");
        assertThat(Result.keys(last.path("measures"))).containsExactly("Spearman", "Pearson");
        String binary = file("binary.tsv", "a b\ta b\t1\na b\tc d\t0\ncat\tdog\t0\n");
        String html = folder.resolve("pairs.html").toString();
        JsonNode measures = last(Cli.PLAIN.run(
                        "evaluate",
                        "pairs",
                        "--data",
                        binary,
                        "--task",
                        "classification",
                        "--model",
                        MODEL,
                        "--html",
                        html,
                        "--json"))
                .path("measures");
        assertThat(measures.path("Accuracy").doubleValue()).isBetween(0.6, 1.0);
        assertThat(Path.of(html)).content().contains("Reliability");
        String classes = file("nli.tsv", "a b\ta b\t0\na b\tc d\t1\ncat\tdog\t2\n");
        JsonNode several = last(Cli.PLAIN.run(
                "evaluate",
                "pairs",
                "--data",
                classes,
                "--task",
                "classification",
                "--model",
                Cli.golden("bert-3labels"),
                "--json"));
        assertThat(Result.keys(several.path("measures"))).containsExactly("Accuracy", "MacroF1", "WeightedF1", "ECE");
        double accuracy = several.path("measures").path("Accuracy").doubleValue();
        assertThat(accuracy * 3).isCloseTo(Math.rint(accuracy * 3), within(1e-9));
    }

    @Test
    void whatCannotBeIsSaidInASentence() throws IOException {
        String qrels = beir + "/qrels/test.tsv";
        fails(1, "there is no file", "evaluate", "run", "--qrels", beir + "/none", "--run", first);
        fails(1, "no query of", "evaluate", "run", "--qrels", qrels, "--run", file("x.trec", "q9 Q0 d 1 1 t\n"));
        fails(1, "bad.trec, line 1", "evaluate", "run", "--qrels", qrels, "--run", file("bad.trec", "q1 d1\n"));
        fails(2, "\"nDCG@ten\"", "evaluate", "run", "--qrels", qrels, "--run", first, "--measures", "nDCG@ten");
        fails(2, "give one of run, retrieve, rerank", "evaluate");
        fails(2, "--run-in", "evaluate", "rerank", "--data", beir, "--rerank", MODEL);
        fails(
                1,
                "no split \"dev\"; it has test",
                "evaluate",
                "rerank",
                "--data",
                beir,
                "--split",
                "dev",
                "--run-in",
                first,
                "--rerank",
                MODEL);
        fails(
                1,
                "\"d9\"",
                "evaluate",
                "rerank",
                "--data",
                beir,
                "--run-in",
                file("d9.trec", "q1 Q0 d9 1 1 t\n"),
                "--rerank",
                MODEL);
        String labels = file("l.tsv", "a\tb\tmaybe\n");
        fails(1, "l.tsv, line 1", "evaluate", "pairs", "--data", labels, "--task", "similarity", "--model", MODEL);
        fails(2, "\"guess\" is not similarity", "evaluate", "pairs", "--data", labels, "--task", "guess");
    }

    private static void fails(int code, String message, String... arguments) {
        Result result = Cli.PLAIN.run(arguments);
        assertThat(result.code()).as(result.err()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("juxta: ").contains(message);
        assertThat(result.err().lines()).hasSize(1);
    }

    private static JsonNode last(Result result) {
        assertThat(result.code()).as(result.err()).isZero();
        return result.json().get(result.json().size() - 1);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
