package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.Goldens.Golden;
import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.engine.Precision;
import dev.juxta.engine.reference.ReferenceEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The table of docs/models.md: how far each golden checkpoint's logits are from the reference's, and how many of its
 * pairs are scored in a second, on each engine in each precision that this processor has.
 */
public final class ModelTable {

    private static final double LEAST_SECONDS = 0.3;

    private ModelTable() {}

    private record Setting(String engine, Precision precision) {}

    private record Measured(double difference, double correlation, double pairsPerSecond) {}

    public static void main(String[] arguments) throws IOException {
        List<Setting> settings = new ArrayList<>(List.of(
                new Setting(ReferenceEngine.NAME, Precision.FP32), new Setting(OneDnnEngine.NAME, Precision.FP32)));
        if (Natives.hasBf16()) {
            settings.add(new Setting(OneDnnEngine.NAME, Precision.BF16));
        }
        settings.add(new Setting(OneDnnEngine.NAME, Precision.INT8));
        System.out.println("| golden | family | engine | precision | golden difference | Spearman | pairs/s |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (String name : Goldens.CHECKPOINTS) {
            List<Golden> goldens = Goldens.read(name);
            for (Setting setting : settings) {
                LoadOptions options =
                        LoadOptions.defaults().withEngine(setting.engine).withPrecision(setting.precision);
                try (CrossEncoder model = CrossEncoder.load(Goldens.folder(name), options)) {
                    Measured measured = measure(model, goldens);
                    System.out.printf(
                            Locale.ROOT,
                            "| %s | %s | %s | %s | %.1e | %.4f | %.0f |%n",
                            name,
                            model.info().architecture(),
                            setting.engine,
                            setting.precision,
                            measured.difference,
                            measured.correlation,
                            measured.pairsPerSecond);
                }
            }
        }
    }

    private static Measured measure(CrossEncoder model, List<Golden> goldens) {
        List<Score> scores = model.score(goldens.stream().map(Golden::pair).toList());
        double difference = 0;
        double[] found = new double[scores.size()];
        double[] expected = new double[scores.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = scores.get(i).logits().get(0);
            expected[i] = goldens.get(i).logits()[0];
            for (int label = 0; label < goldens.get(i).logits().length; label++) {
                double distance = Math.abs(
                        scores.get(i).logits().get(label) - goldens.get(i).logits()[label]);
                difference = Math.max(difference, distance);
            }
        }
        long begin = System.nanoTime();
        int scored = 0;
        double seconds = 0;
        while (seconds < LEAST_SECONDS) {
            scored += model.score(goldens.stream().map(Golden::pair).toList()).size();
            seconds = (System.nanoTime() - begin) / 1e9;
        }
        return new Measured(difference, QualityGate.spearman(found, expected), scored / seconds);
    }
}
