package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.cli.Cli.Result;
import dev.juxta.engine.Engine;
import dev.juxta.engine.Engines;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class QuantizeCommandTest {

    private static final String FILE = "juxta-int8.bin";

    @TempDir
    private Path folder;

    private Path model = Path.of("");
    private Path cache = Path.of("");

    @BeforeEach
    void copyAModel() throws IOException {
        assumeTrue(
                Engines.all().stream()
                        .map(Engine::obstacle)
                        .findFirst()
                        .orElseThrow()
                        .isEmpty(),
                "the oneDNN engine does not run here");
        model = Files.createDirectory(folder.resolve("model"));
        cache = folder.resolve("cache");
        System.setProperty("juxta.cache", cache.toString());
        try (Stream<Path> files = Files.list(Path.of(Cli.golden("bert-tiny-1label")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, model.resolve(file.getFileName().toString()));
            }
        }
    }

    @AfterEach
    void forgetTheCache() {
        System.clearProperty("juxta.cache");
    }

    private Result score() {
        return Cli.PLAIN.with("a b\tc d\n").run("score", "--model", model.toString(), "--precision", "int8", "--json");
    }

    @Test
    void keepsScalesAndVerdictBesideTheModelWhereLoadingFindsThem() throws IOException {
        Result result = Cli.PLAIN.run("quantize", "--model", model.toString(), "--json");
        assertThat(result.err()).isEmpty();
        JsonNode object = result.json().get(0);
        assertThat(Result.keys(object))
                .containsExactly(
                        "model",
                        "passes",
                        "spearman",
                        "least_spearman",
                        "samples",
                        "pairs_per_s",
                        "int8",
                        "kept",
                        "file");
        assertThat(object.get("file").asString()).isEqualTo(model.resolve(FILE).toString());
        assertThat(object.get("spearman").asDouble()).isBetween(0.0, 1.0);
        assertThat(object.get("passes").asBoolean())
                .isEqualTo(object.get("spearman").asDouble() >= 0.98);
        assertThat(object.get("samples").asInt()).isGreaterThan(50);
        assertThat(object.get("int8").size() + object.get("kept").size()).isPositive();
        assertThat(object.get("pairs_per_s").get("int8").asDouble()).isPositive();
        assertThat(model.resolve(FILE)).isRegularFile();
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            assertThat(Files.getPosixFilePermissions(model.resolve(FILE)))
                    .as("whoever may read the model may read its scales")
                    .isEqualTo(Files.getPosixFilePermissions(Files.createFile(folder.resolve("any"))));
        }

        assertThat(score().code()).isZero();
        assertThat(cache).as("nothing was calibrated anew").doesNotExist();
    }

    @Test
    void calibratesOnTheUsersPairs() throws IOException {
        Path pairs = Files.writeString(folder.resolve("pairs.tsv"), "a b\tc d e\nf\tg h\n".repeat(20));
        Result result = Cli.PLAIN.run("quantize", "--model", model.toString(), "--pairs", pairs.toString(), "--json");
        assertThat(result.json().get(0).get("samples").asInt()).isEqualTo(40);
    }

    @Test
    void scalesOfOtherWeightsAreNotUsed() throws IOException {
        assertThat(Cli.PLAIN.run("quantize", "--model", model.toString()).code())
                .isZero();
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThat(score().code()).isZero();
        assertThat(cache.resolve("calibration")).as("calibrated anew").isDirectoryContaining(Files::isRegularFile);
    }

    @Test
    void aDamagedFileIsNotUsed() throws IOException {
        assertThat(Cli.PLAIN.run("quantize", "--model", model.toString()).code())
                .isZero();
        byte[] bytes = Files.readAllBytes(model.resolve(FILE));
        for (int length : List.of(0, 5, 20, 60, bytes.length / 2)) {
            Files.write(model.resolve(FILE), java.util.Arrays.copyOf(bytes, length));
            assertThat(score().code()).isZero();
        }
    }

    @Test
    void keepsThemElsewhereIfAsked() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Result result = Cli.PLAIN.run("quantize", "--model", model.toString(), "--out", copy.toString());
        assertThat(result.lines()).hasSize(5).last().isEqualTo("kept in " + copy.resolve(FILE));
        assertThat(model.resolve(FILE)).doesNotExist();
        Result nowhere = Cli.PLAIN.run("quantize", "--model", model.toString(), "--out", model + "/none");
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains("none").contains("is no directory");
    }

    @Test
    void theReferenceEngineHasNothingToQuantize() {
        Result result = Cli.PLAIN.run("quantize", "--model", model.toString(), "--engine", "reference");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).startsWith("juxta: ").contains("reference").contains("no int8");
    }
}
