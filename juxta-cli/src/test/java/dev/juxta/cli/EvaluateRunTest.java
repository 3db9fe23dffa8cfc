package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code juxta evaluate run}: measures of a run, and of one beside another. */
class EvaluateRunTest extends EvaluateTest {

    @Test
    void aRunIsMeasured() {
        Result result = Cli.PLAIN.run(measuring(first, "--measures", "RR,P@1", "--json"));
        JsonNode last = last(result);
        assertThat(Result.keys(last)).containsExactly("queries", "measures", "seconds");
        assertThat(last.path("queries").intValue()).isEqualTo(2);
        assertThat(last.path("measures").path("RR").doubleValue()).isEqualTo(0.75);
        assertThat(last.path("measures").path("P@1").doubleValue()).isEqualTo(0.5);
        String table = Cli.PLAIN.run(measuring(first)).out();
        assertThat(table).contains("nDCG@10").contains("RR@10").contains("2 queries");
    }

    @Test
    void twoRunsAreCompared() throws IOException {
        String second = file("second.trec", "q1 Q0 d1 1 3 t\n");
        Result result =
                Cli.PLAIN.run(measuring(first, "--against", second, "--measures", "RR", "--per-query", "--json"));
        List<JsonNode> lines = result.json();
        assertThat(lines.get(0).path("query").stringValue()).isEqualTo("q1");
        assertThat(lines.get(0).path("measures").path("RR").doubleValue()).isEqualTo(0.5);
        JsonNode comparison = lines.get(lines.size() - 2);
        assertThat(comparison.path("against").path("RR").doubleValue()).isEqualTo(0.5);
        assertThat(comparison.path("p").path("RR").doubleValue()).isEqualTo(1);
        Result missing = Cli.PLAIN.run(measuring(second, "--measures", "RR", "--json"));
        assertThat(missing.err()).contains("1 of 2 judged queries have no documents in the run");
        assertThat(last(missing).path("measures").path("RR").doubleValue()).isEqualTo(0.5);
        Result retrieved = Cli.PLAIN.run(measuring(second, "--only-retrieved", "--json"));
        assertThat(last(retrieved).path("queries").intValue()).isEqualTo(1);
    }
}
