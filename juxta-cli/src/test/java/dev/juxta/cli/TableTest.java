package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final String TINY = Cli.golden("bert-tiny-1label");

    @Test
    void alignsAndCuts() {
        Table table = new Table(
                List.of(new Column("score", Kind.SCORE), new Column("a", Kind.TEXT), new Column("b", Kind.TEXT)));
        table.row(List.of("0.5", "日本語のテキスト", "short"));
        table.row(List.of("10.25", "a\tb\n c\u001b[31m", "a longer text that does not fit"));
        assertThat(table.lines(OptionalInt.of(30), false))
                .containsExactly("score  a           b", "  0.5  日本語の…   short", "10.25  a b c␛[31m  a longer t…");
    }

    @Property(tries = 500)
    void fitsWhateverTheTextIs(@ForAll String text, @ForAll @IntRange(min = 1, max = 40) int columns) {
        String shown = DisplayText.fit(text, columns);
        assertThat(DisplayText.columns(shown)).isLessThanOrEqualTo(columns);
        assertThat(shown.chars().allMatch(c -> c >= ' ' && c != 0x7F && (c < 0x80 || c > 0x9F)))
                .isTrue();
    }

    @Test
    void measuresWideAndZeroWidthCharacters() {
        assertThat(DisplayText.columns("abc")).isEqualTo(3);
        assertThat(DisplayText.columns("日本")).isEqualTo(4);
        assertThat(DisplayText.columns("e\u0301")).isEqualTo(1);
        assertThat(DisplayText.columns("😀")).isEqualTo(2);
        assertThat(DisplayText.fit("\u202eabc", 10)).isEqualTo("abc");
        assertThat(DisplayText.fit("\ud83d", 10)).isEqualTo("\uFFFD");
    }

    @Test
    void cutsOnATerminalAndNowhereElse() {
        String text = "word ".repeat(100).strip();
        Cli piped = Cli.PLAIN.with(text + "\n").with("COLUMNS", "40");
        assertThat(piped.run("rerank", "--query", "q", "--model", TINY).out()).contains(text);
        Cli terminal = piped.with("JUXTA_TERMINAL", "out err");
        Result result = terminal.with("NO_COLOR", "1").run("rerank", "--query", "q", "--model", TINY);
        assertThat(result.lines()).allMatch(line -> DisplayText.columns(line) <= 40);
        assertThat(result.out()).contains("…").doesNotContain("\u001b");
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        Cli terminal = Cli.PLAIN.with("a\n").with("JUXTA_TERMINAL", "out");
        assertThat(terminal.run("rerank", "--query", "q", "--model", TINY).out())
                .contains("\u001b[");
        assertThat(terminal.with("TERM", "dumb")
                        .run("rerank", "--query", "q", "--model", TINY)
                        .out())
                .doesNotContain("\u001b");
        assertThat(terminal.run("rerank", "--query", "q", "--model", TINY, "--json")
                        .out())
                .doesNotContain("\u001b");
    }
}
