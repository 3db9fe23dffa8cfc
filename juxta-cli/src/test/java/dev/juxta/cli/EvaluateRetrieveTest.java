package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code juxta evaluate retrieve}: first stages over a corpus. */
class EvaluateRetrieveTest extends EvaluateTest {

    @Test
    void aCorpusIsSearchedAndReranked() throws IOException {
        String out = folder.resolve("bm25.trec").toString();
        Result found = Cli.PLAIN.run(retrieving("bm25", "--run", out, "--json"));
        JsonNode last = last(found);
        assertThat(Result.keys(last)).containsExactly("queries", "measures", "seconds");
        assertThat(last.path("measures").path("nDCG@10").doubleValue()).isEqualTo(1);
        assertThat(Files.readString(Path.of(out))).contains("q1 Q0 d1 1 ");
        Result reranked = Cli.PLAIN.run(retrieving("bm25", "--candidates", "2", "--rerank", MODEL, "--json"));
        assertThat(Result.keys(last(reranked))).containsExactly("queries", "measures", "first", "seconds");
        String encoder = Cli.golden("embedder-mean");
        for (String first : List.of("dense", "hybrid")) {
            Result near = Cli.PLAIN.run(retrieving(first, "--dense", encoder, "--json"));
            assertThat(near.err()).doesNotContain("juxta:");
            // every document is found, whatever its place
            assertThat(last(near).path("measures").path("R@100").doubleValue()).isEqualTo(1);
        }
        Result late = Cli.PLAIN.run(retrieving("late", "--late", Cli.golden("colbert-saved"), "--json"));
        assertThat(last(late).path("measures").path("R@100").doubleValue()).isEqualTo(1);
    }

    @Test
    void vectorsAreKeptForTheNextTime() throws IOException {
        String index = folder.resolve("kept").toString();
        String encoder = Cli.golden("embedder-mean");
        List<String> runs = List.of("first", "again", "without");
        for (String run : runs) {
            String out = folder.resolve(run).toString();
            String[] arguments = run.equals("without")
                    ? retrieving("dense", "--dense", encoder, "--run", out)
                    : retrieving("dense", "--dense", encoder, "--run", out, "--index", index);
            Result result = Cli.PLAIN.run(arguments);
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(folder.resolve(run)).hasSameTextualContentAs(folder.resolve("first"));
        }
        Result report = Cli.PLAIN.run(
                "index", beir + "/corpus.jsonl", "--out", index, "--dense", encoder, "--split", "none", "--json");
        assertThat(report.json().get(0).path("unchanged").intValue()).isEqualTo(1);
        Result other = Cli.PLAIN.run(retrieving("dense", "--dense", Cli.golden("embedder-cls"), "--index", index));
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("has other weights");
        file("more.txt", "more words");
        Cli.PLAIN.run("index", folder.resolve("more.txt").toString(), "--out", index, "--dense", encoder);
        fails(
                1,
                "is an index of " + folder.resolve("more.txt"),
                retrieving("dense", "--dense", encoder, "--index", index));
        fails(2, "--index keeps vectors", retrieving("bm25", "--index", index));
    }

    @Test
    void aFirstStageThatCannotBeIsRefused() {
        assertThat(Cli.PLAIN.run(retrieving("splade")).err())
                .contains("\"splade\" is not one of bm25, dense, hybrid, late");
        assertThat(Cli.PLAIN.run(retrieving("dense")).err()).contains("name one with --dense");
        assertThat(Cli.PLAIN.run(retrieving("bm25", "--language", "xx")).err())
                .contains("--language \"xx\" is not one of");
        assertThat(Cli.PLAIN.run(retrieving("bm25", "--split", "dev")).err()).contains("dev");
    }
}
