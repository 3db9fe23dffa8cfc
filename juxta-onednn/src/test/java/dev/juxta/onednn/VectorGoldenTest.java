package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.Goldens;
import dev.juxta.LoadOptions;
import dev.juxta.Shared;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors are the reference's in fp32, and keep their directions in any other precision that is taken. */
class VectorGoldenTest {

    private static final double TOLERANCE = 1e-4;

    private static final String MINI_LM = "all-MiniLM-L6-v2";

    static final List<String> ALL = Stream.concat(Goldens.EMBEDDERS.stream(), Goldens.LATE_INTERACTION.stream())
            .toList();

    private static LoadOptions options(Precision precision) {
        return LoadOptions.defaults().withEngine(OneDnnEngine.NAME).withPrecision(precision);
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void areTheReferences(String name) throws IOException {
        assertThat(GoldenVectors.of(name, options(Precision.FP32)).difference()).isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void int8KeepsDirectionsOrIsNotTaken(String name) throws IOException {
        assumeTrue(Natives.hasInt8(), "this processor has no int8");
        GoldenVectors vectors = GoldenVectors.of(name, options(Precision.INT8));
        if (vectors.precision() == Precision.FP32) {
            assertThat(vectors.difference()).isLessThan(TOLERANCE);
        } else {
            assertThat(vectors.precision()).isEqualTo(Precision.INT8);
            assertThat(vectors.meanCosine()).isGreaterThan(0.97); // other texts than the gate's
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", OneDnnEngine.NAME})
    void ofARealModelAreTheReferences(String engine) throws IOException {
        Path folder = Shared.require("models/" + MINI_LM);
        LoadOptions options = LoadOptions.defaults().withEngine(engine).withPrecision(Precision.FP32);
        assertThat(GoldenVectors.ofTexts(MINI_LM, folder, options).difference()).isLessThan(TOLERANCE);
    }

    @Test
    void aRealModelIsTakenInInt8() throws IOException {
        assumeTrue(Natives.hasInt8(), "this processor has no int8");
        Path folder = Shared.require("models/" + MINI_LM);
        GoldenVectors vectors = GoldenVectors.ofTexts(MINI_LM, folder, options(Precision.INT8));
        assertThat(vectors.precision()).isEqualTo(Precision.INT8);
        assertThat(vectors.meanCosine()).isGreaterThan(0.98);
    }
}
