package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Memory over many requests of mixed sizes, mostly short. Arguments: how many, {@code embedded} or a checkpoint's directory,
 * a precision.
 */
public final class Endurance {

    private Endurance() {}

    /** Prints what is resident, and what regions hold, ten times on the way. */
    public static void main(String[] arguments) throws IOException {
        int requests = Integer.parseInt(arguments[0]);
        Random random = new Random(5);
        try (CrossEncoder model = BenchModel.load(arguments[1], Precision.parse(arguments[2]), 0)) {
            for (int i = 0; i <= requests; i++) {
                if (i % Math.max(1, requests / 10) == 0) {
                    System.out.printf(
                            Locale.ROOT,
                            "%d requests: %s, %.2f MB in regions%n",
                            i,
                            resident(),
                            Region.allocated() / 1e6);
                }
                String text = "word ".repeat(random.nextInt(random.nextInt(100) == 0 ? 200 : 30));
                List<TextPair> pairs = IntStream.rangeClosed(0, random.nextInt(random.nextInt(50) == 0 ? 40 : 3))
                        .mapToObj(j -> new TextPair("a question", text + "a".repeat(j)))
                        .toList();
                model.score(pairs);
            }
        }
        System.out.printf(Locale.ROOT, "closed: %.2f MB in regions%n", Region.allocated() / 1e6);
    }

    private static String resident() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\s+", " "))
                .findFirst()
                .orElse("");
    }
}
