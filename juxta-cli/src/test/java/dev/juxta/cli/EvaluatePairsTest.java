package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code juxta evaluate pairs}, and what all forms refuse. */
class EvaluatePairsTest extends EvaluateTest {

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
}
