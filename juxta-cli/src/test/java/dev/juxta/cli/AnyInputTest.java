package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes in, the command ends with an exit code and at most one sentence. */
class AnyInputTest {

    private static final String TINY = Cli.golden("bert-tiny-1label");

    @Property(tries = 300)
    void randomBytes(@ForAll byte[] input, @ForAll("commands") String command) {
        check(Cli.PLAIN.with(input).run((command + " --model " + TINY).split(" ")));
    }

    @Property(tries = 300)
    void piecesOfInput(@ForAll("pieces") String input, @ForAll("commands") String command) {
        check(Cli.PLAIN.with(input).run((command + " --model " + TINY).split(" ")));
    }

    @Property(tries = 200)
    void piecesOfCommandLines(@ForAll("arguments") String line) {
        check(Cli.PLAIN.with("a\tb\n").run(line.split(" ")));
    }

    private static void check(Result result) {
        assertThat(result.code()).isBetween(0, 2);
        if (result.code() == 0) {
            assertThat(result.out()).isNotEmpty();
        } else {
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).startsWith("juxta: ").endsWith("\n").doesNotContain("\tat ", "should not happen");
            assertThat(result.err().lines()).hasSize(1);
        }
    }

    @Provide
    Arbitrary<String> commands() {
        return Arbitraries.of(
                "rerank --query q --json",
                "rerank --query q",
                "rerank --queries - ../juxta-cli/pom.xml --top-k 2",
                "rerank --query q --on-long chunk --max-length 9 --json",
                "score --json",
                "score",
                "tokenize --json");
    }

    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of(
                        "{\"text\":",
                        "{\"a\":\"",
                        "\",\"b\":\"",
                        "\"}",
                        "{",
                        "}",
                        "[",
                        "\n",
                        "\r\n",
                        "\t",
                        "\u0000",
                        "\\ud800",
                        "\\u0000",
                        "\"",
                        "\"id\":1",
                        ",",
                        "\uFEFF",
                        "\u001b[31m",
                        "日本",
                        "😀",
                        "\u202e",
                        " ",
                        "1e999",
                        "text",
                        "null",
                        "\u0301",
                        "\u2028",
                        "[SEP]")
                .list()
                .ofMaxSize(30)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<String> arguments() {
        return Arbitraries.of(
                        "rerank",
                        "score",
                        "classify",
                        "tokenize",
                        "models",
                        "--query",
                        "--json",
                        "--top-k",
                        "1",
                        "-1",
                        "q",
                        "-",
                        "--",
                        "--model",
                        TINY,
                        "--help",
                        "--version",
                        "-h",
                        "--on-long",
                        "chunk",
                        "--max-length",
                        "--prompt=",
                        "--budget=9s",
                        "--threads=1",
                        "@x",
                        "--activation",
                        "tanh",
                        "completion")
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(pieces -> String.join(" ", pieces));
    }
}
