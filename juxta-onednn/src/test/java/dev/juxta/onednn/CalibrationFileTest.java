package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.onednn.CalibrationFile.Kept;
import dev.juxta.onednn.Networks.Shape;
import dev.juxta.onednn.Quantization.Statistics;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verdict holds where integers are summed as they were when it was found; the ranges hold everywhere. */
class CalibrationFileTest {

    @TempDir
    private Path folder;

    private final Program program = new Networks(3).program(Shape.bert(1, 2, 16, 32));
    private final Value value =
            program.steps().stream().map(Step::output).findFirst().orElseThrow();
    private String before = "";

    @BeforeEach
    void useACacheOfItsOwn() {
        before = System.getProperty("juxta.cache", "");
        System.setProperty("juxta.cache", folder.resolve("cache").toString());
    }

    @AfterEach
    void useTheOthersAgain() {
        System.setProperty("juxta.cache", before);
    }

    private CalibrationFile file(int arithmetic) throws IOException {
        return CalibrationFile.of(program, Optional.of(Files.createDirectories(folder.resolve("model"))), arithmetic);
    }

    private Quantization ranges(float largest) {
        return new Quantization(Map.of(value, new Statistics(new float[] {largest}, new double[1], new double[] {1})));
    }

    @Test
    void aVerdictOfAnotherArithmeticIsNotTrustedButItsRangesAre() throws IOException {
        file(3).writeBeside(ranges(3), 0.999);
        assertThat(file(3).read().flatMap(CalibrationFileTest::likeness)).contains(0.999);
        Kept elsewhere = file(2).read().orElseThrow();
        assertThat(elsewhere.likeness()).isEmpty();
        assertThat(elsewhere.quantization(program).covers(value)).isTrue();
    }

    @Test
    void theVerdictFoundHereIsKeptUntilTheRangesBesideTheModelChange() throws IOException {
        file(3).writeBeside(ranges(3), 0.999);
        file(2).write(ranges(3), 0.9);
        assertThat(file(2).read().flatMap(CalibrationFileTest::likeness)).contains(0.9);
        assertThat(file(3).read().flatMap(CalibrationFileTest::likeness)).contains(0.999);
        file(3).writeBeside(ranges(4), 0.998);
        assertThat(file(2).read().orElseThrow().likeness()).isEmpty();
    }

    @Test
    void whatIsCachedByOneProcessorIsNotReadByAnother() throws IOException {
        file(3).write(ranges(3), 0.999);
        assertThat(file(2).read()).isEmpty();
    }

    private static Optional<Double> likeness(Kept kept) {
        return kept.likeness().isPresent() ? Optional.of(kept.likeness().getAsDouble()) : Optional.empty();
    }
}
