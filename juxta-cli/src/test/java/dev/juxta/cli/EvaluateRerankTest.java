package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code juxta evaluate rerank}: candidates that a run or a file names. */
class EvaluateRerankTest extends EvaluateTest {

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
                measuring(first, "--svg", folder.resolve("none.svg").toString()));
        JsonNode again = last(Cli.PLAIN.run(measuring(out, "--json")));
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
}
