package dev.juxta.onednn;

import dev.juxta.Goldens;
import dev.juxta.LoadOptions;
import dev.juxta.engine.Precision;
import dev.juxta.engine.reference.ReferenceEngine;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The second table of docs/models.md: how far the vectors of each golden bi-encoder and late-interaction model are from
 * the reference's, on each engine in each precision that is asked for, and which precision the quality gate leaves.
 */
public final class VectorTable {

    private VectorTable() {}

    private record Setting(String engine, Precision precision) {}

    public static void main(String[] arguments) throws IOException {
        List<Setting> settings = Stream.of(
                        new Setting(ReferenceEngine.NAME, Precision.FP32),
                        new Setting(OneDnnEngine.NAME, Precision.FP32),
                        new Setting(OneDnnEngine.NAME, Precision.BF16),
                        new Setting(OneDnnEngine.NAME, Precision.INT8))
                .filter(setting -> setting.precision != Precision.BF16 || Natives.hasBf16())
                .toList();
        System.out.println("| golden | engine | asked for | taken | golden difference | mean cosine |");
        System.out.println("|---|---|---|---|---|---|");
        for (String name : Stream.concat(Goldens.EMBEDDERS.stream(), Goldens.LATE_INTERACTION.stream())
                .toList()) {
            for (Setting setting : settings) {
                LoadOptions options =
                        LoadOptions.defaults().withEngine(setting.engine).withPrecision(setting.precision);
                GoldenVectors vectors = GoldenVectors.of(name, options);
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %s | %s | %s | %.1e | %.4f |%n",
                        name,
                        setting.engine,
                        setting.precision,
                        vectors.precision(),
                        vectors.difference(),
                        vectors.meanCosine());
            }
        }
    }
}
