package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a token costs in pairs of many lengths, and the memory that they need, as the lines of a table.
 *
 * <p>Arguments: a checkpoint's directory, a precision, lengths in tokens, from short to long.
 */
public final class LengthTable {

    private static final double LEAST_SECONDS = 2;
    private static final double LONG_SECONDS = 10;

    private LengthTable() {}

    public static void main(String[] arguments) throws IOException {
        LoadOptions options =
                LoadOptions.defaults().withEngine(OneDnnEngine.NAME).withPrecision(Precision.parse(arguments[1]));
        try (CrossEncoder model = CrossEncoder.load(Path.of(arguments[0]), options)) {
            System.out.println("| tokens | ms | µs per token | peak MB of the process |");
            System.out.println("|---|---|---|---|");
            for (String length : arguments[2].split(",", -1)) {
                // <s> one </s> one … one </s>
                int words = Math.max(1, Integer.parseInt(length) - 4);
                List<TextPair> pair = List.of(new TextPair(" one", " one".repeat(words)));
                long begin = System.nanoTime();
                Score score = model.score(pair).get(0);
                double seconds = (System.nanoTime() - begin) / 1e9;
                int runs = 1;
                if (seconds < LONG_SECONDS) { // beyond, what is done once only has no weight
                    runs = 0;
                    begin = System.nanoTime();
                    do {
                        model.score(pair);
                        runs++;
                        seconds = (System.nanoTime() - begin) / 1e9;
                    } while (seconds < LEAST_SECONDS);
                }
                System.out.printf(
                        Locale.ROOT,
                        "| %d | %.1f | %.0f | %.0f |%n",
                        score.tokens(),
                        seconds / runs * 1e3,
                        seconds / runs / score.tokens() * 1e6,
                        peakMegabytes());
            }
        }
    }

    private static double peakMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }
}
