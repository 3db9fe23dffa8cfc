package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * How far bf16 and int8 keep fp32's order of real pairs: Spearman's ρ of their logits.
 *
 * <p>Arguments: a gzipped file of lines with tabs, the two texts' columns, the number of lines.
 */
public final class PrecisionCheck {

    private PrecisionCheck() {}

    public static void main(String[] arguments) throws IOException {
        int first = Integer.parseInt(arguments[1]);
        int second = Integer.parseInt(arguments[2]);
        List<TextPair> pairs;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(Path.of(arguments[0]))), StandardCharsets.UTF_8))) {
            pairs = lines.lines()
                    .map(line -> line.split("\t", -1))
                    .map(fields -> new TextPair(fields[first], fields[second]))
                    .limit(Integer.parseInt(arguments[3]))
                    .toList();
        }
        double[] exact = logits(pairs, Precision.FP32);
        for (Precision precision : List.of(Precision.BF16, Precision.INT8)) {
            double[] rough = logits(pairs, precision);
            double largest = 0;
            double sum = 0;
            for (int i = 0; i < rough.length; i++) {
                largest = Math.max(largest, Math.abs(rough[i] - exact[i]));
                sum += Math.abs(rough[i] - exact[i]);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s %s: Spearman %.5f, distance %.4f on average, %.4f at most%n",
                    arguments[0],
                    precision,
                    QualityGate.spearman(exact, rough),
                    sum / rough.length,
                    largest);
        }
    }

    private static double[] logits(List<TextPair> pairs, Precision precision) throws IOException {
        try (CrossEncoder model = CrossEncoder.embedded(
                LoadOptions.defaults().withEngine("onednn").withPrecision(precision))) {
            List<Score> scores = model.score(pairs);
            return scores.stream().mapToDouble(Score::logit).toArray();
        }
    }
}
