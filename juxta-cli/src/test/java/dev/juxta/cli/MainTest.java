package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"rerank", "score", "classify", "embed", "tokenize", "models", "completion"})
    void everyCommandHasHelpWithAnExample(String command) {
        Result result = Cli.PLAIN.run(command, "--help");
        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .startsWith("Usage: juxta " + command)
                .contains("Example: ")
                .contains("juxta " + command);
    }

    /** The module that trains is not on this class path. */
    @ParameterizedTest
    @ValueSource(strings = {"train", "train --data a --loss bce"})
    void saysHowToGetTheCommandsThatTrain(String line) {
        Result result = Cli.PLAIN.run(line.split(" "));
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("juxta: juxta train is in the artifact juxta-train-cli")
                .contains("add dev.juxta:juxta-train-cli");
        assertThat(Cli.PLAIN.run("--help").out()).containsPattern("train +Train a model");
        assertThat(Cli.PLAIN.run("train", "--help").out()).contains("Usage: juxta train", "juxta-train-cli");
    }

    @Test
    void saysItsVersion() {
        assertThat(Cli.PLAIN.run("--version").out()).matches("juxta .*, Java .*\n");
        assertThat(Cli.PLAIN.run("score", "-V").out()).matches("juxta .*, Java .*\n");
    }

    @Test
    void completesItsCommands() {
        assertThat(Cli.PLAIN.run("completion").out()).contains("complete", "rerank", "--max-length");
    }

    @Test
    void logsOnlyWarningsOnOneLine() {
        Logger logger = new StderrLoggerFinder().getLogger("test", MainTest.class.getModule());
        assertThat(logger.isLoggable(Level.WARNING)).isTrue();
        assertThat(logger.isLoggable(Level.INFO)).isFalse();
        assertThat(System.LoggerFinder.getLoggerFinder()).isInstanceOf(StderrLoggerFinder.class);
    }
}
