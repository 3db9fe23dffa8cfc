package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputTest {

    private static final String TINY = Cli.golden("bert-tiny-1label");

    @TempDir
    private Path folder = Path.of("");

    private static void assertFails(Result result, int code, String... words) {
        assertThat(result.code()).isEqualTo(code);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).startsWith("juxta: ").contains(words).doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rerank | there is no query",
                "rerank --query _ | blank",
                "rerank --query q --queries f | both",
                "rerank --queries - | stdin can be read once",
                "rerank --query q - - | stdin can be read once",
                "rerank --query | --query",
                "rerank --query --json | --query",
                "rerank --query q --top-k 0 | \"0\" is not a whole number",
                "rerank --query q --top-k x | \"x\"",
                "rerank --query q --top-k 99999999999 | \"99999999999\"",
                "rerank --query q --budget 5 | 200ms",
                "rerank --query q --budget 0ms | above 0",
                "rerank --query q --min-score NaN | \"NaN\"",
                "rerank --query q --on-long cut | truncate, chunk, fail",
                "rerank --query q --precision fp8 | fp32",
                "rerank --query q --activation gelu | sigmoid",
                "rerank --query q --threads -1 | \"-1\"",
                "rerank --query q --prompt a --prompt-name b | --prompt-name",
                "rerank --query q --model _ | --model",
                "rerank --query q --jsn | --json",
                "score a b | \"b\"",
                "score --top-k 3 | there is no option",
                "scroe | did you mean score",
                "'' | there is no command"
            })
    void meaninglessCommandLines(String line, String word) {
        String[] arguments =
                line.isEmpty() ? new String[0] : line.replace('_', ' ').split(" (?! )", -1);
        if (line.contains("_")) {
            arguments = line.split(" ", -1);
            arguments[arguments.length - 1] = "  ";
        }
        assertFails(Cli.PLAIN.with("a\n").run(arguments), 2, word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--engine warp | reference",
                "--max-length 3 | at least",
                "--prompt-name none | --prompt-name \"none\""
            })
    void optionsThatTheModelCannotFollow(String options, String word) {
        String[] arguments = ("rerank --query q --model " + TINY + " " + options).split(" ");
        assertFails(Cli.PLAIN.with("a\n").run(arguments), 2, word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text\":\"a\"}~nonsense | stdin, line 2 is not JSON",
                "{\"text\":\"a\"}~[1] | must be a JSON object",
                "{\"text\":\"a\"}~{\"title\":\"b\"} | has no \"text\"",
                "{\"text\":1} | \"text\" must be a text",
                "{\"text\":null} | \"text\" must be a text",
                "{\"text\":\"a\",\"title\":[]} | \"title\" must be a text",
                "{\"text\":\"a\",\"id\":{}} | \"id\" must be a text or a number",
                "{\"text\":\"a\"}~{\"text\":\"a\",\"text\":\"b\"} | line 2",
                "{\"text\":\"a\"}~{\"text\":\"a\"} {} | line 2",
                "~ ~ | there are no documents in stdin",
                "'' | there are no documents in stdin"
            })
    void documentsThatAreNone(String input, String words) {
        assertFails(Cli.PLAIN.with(input.replace('~', '\n')).run("rerank", "--query", "q", "--json"), 1, words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a>b~c | line 2 has no tab",
                "a>b~~c>d | line 2 is blank",
                "a>b>c | 3 columns",
                "{\"a\":\"x\"} | has no \"b\"",
                "{\"a\":\"x\",\"b\":2} | \"b\" must be a text",
                "'' | has no pairs"
            })
    void pairsThatAreNone(String input, String words) {
        String text = input.replace('~', '\n').replace('>', '\t');
        assertFails(Cli.PLAIN.with(text).run("score", "--json"), 1, words);
    }

    @Test
    void filesThatAreNone() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        assertFails(Cli.PLAIN.run("rerank", "--query", "q", folder.toString()), 1, "is a directory");
        assertFails(Cli.PLAIN.run("rerank", "--query", "q", folder + "/none"), 1, "there is no file");
        assertFails(Cli.PLAIN.run("rerank", "--query", "q", ""), 1, "there is no file");
        assertFails(Cli.PLAIN.run("rerank", "--query", "q", "a\0b"), 2, "cannot be the name of a file");
        assertFails(Cli.PLAIN.run("rerank", "--query", "q", empty.toString()), 1, "no documents", "empty.jsonl");
        assertFails(Cli.PLAIN.with("a\n").run("rerank", "--queries", empty.toString()), 1, "no queries");
        assertFails(
                Cli.PLAIN.with("a\n").run("rerank", "--query", "q", "--model", folder.toString()), 1, "config.json");
        assertFails(Cli.PLAIN.with("a\n").run("rerank", "--query", "q", "--model", "no/such"), 1, "\"no/such\"");
    }

    @Test
    void textThatIsNotUtf8() {
        byte[] latin = "fine\nd\u00e9j\u00e0\n".getBytes(StandardCharsets.ISO_8859_1);
        assertFails(
                Cli.PLAIN.with(latin).run("rerank", "--query", "q"),
                1,
                "stdin, line 2, byte 2 (0xE9)",
                "iconv -f ISO-8859-1");
        byte[] wide = "\uFEFFfine\n".getBytes(StandardCharsets.UTF_16LE);
        assertFails(Cli.PLAIN.with(wide).run("rerank", "--query", "q"), 1, "line 1, byte 1 (0xFF)", "iconv -f UTF-16");
        byte[] halved = {'a', (byte) 0xE2, (byte) 0x82};
        assertFails(Cli.PLAIN.with(halved).run("rerank", "--query", "q"), 1, "byte 2 (0xE2)");
    }

    @Test
    void aLineWithoutEndDoesNotFillTheMemory() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                java.util.Arrays.fill(into, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                new String[] {"rerank", "--query", "q"},
                endless,
                OutputStream.nullOutputStream(),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of());
        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("stdin, line 1 is longer than 16 MiB");
    }

    @Test
    void nulIsACharacter() {
        Result result = Cli.PLAIN.with("a\0b\n").run("rerank", "--query", "q", "--model", TINY, "--json");
        assertThat(result.out()).contains("a\\u0000b");
    }

    @ParameterizedTest
    @CsvSource({"Broken pipe,0,''", "No space left on device,1,cannot write to standard output: No space left on device"
    })
    void outputThatCannotBeWritten(String reason, int code, String words) {
        OutputStream failing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int actual = Main.run(
                new String[] {"score", "--model", TINY, "--json"},
                new ByteArrayInputStream("a\tb\n".getBytes(StandardCharsets.UTF_8)),
                failing,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of());
        assertThat(actual).isEqualTo(code);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(words.isEmpty() ? "" : "juxta: " + words + "\n");
    }
}
