package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What tests of {@code juxta evaluate} begin with: a data set of two queries, and a model whose scores mean nothing. */
abstract class EvaluateTest {

    static final String MODEL = Cli.golden("bert-tiny-1label");

    @TempDir
    Path folder;

    String beir = "";
    String first = "";

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

    /** The arguments that measure a run by the data set's judgements. */
    String[] measuring(String run, String... more) {
        return joined(new String[] {"evaluate", "run", "--qrels", beir + "/qrels/test.tsv", "--run", run}, more);
    }

    /** The arguments that search the corpus by a first stage. */
    String[] retrieving(String stage, String... more) {
        return joined(new String[] {"evaluate", "retrieve", "--data", beir, "--first", stage}, more);
    }

    private static String[] joined(String[] first, String... more) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray(String[]::new);
    }

    static void fails(int code, String message, String... arguments) {
        Result result = Cli.PLAIN.run(arguments);
        assertThat(result.code()).as(result.err()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("juxta: ").contains(message);
        assertThat(result.err().lines()).hasSize(1);
    }

    static JsonNode last(Result result) {
        assertThat(result.code()).as(result.err()).isZero();
        return result.json().get(result.json().size() - 1);
    }

    String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
