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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Scores requests as another program asks for them, so that it can let engines take turns: scripts/shapes/compare.py.
 *
 * <p>Arguments: a checkpoint's directory and precisions. Standard input: lines of text TAB text, then a line with a
 * precision and no tab. Answer: one line with the seconds that scoring took, and the logits. With the precision comes
 * "profile" after a space where the processor time of each kind of work is wanted on standard error.
 */
public final class Turns {

    private Turns() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, CrossEncoder> models = new HashMap<>();
        for (String name : arguments[1].split(",", -1)) {
            LoadOptions options = LoadOptions.defaults().withEngine("onednn").withPrecision(Precision.parse(name));
            models.put(name, CrossEncoder.load(Path.of(arguments[0]), options));
        }
        System.out.println("ready");
        List<TextPair> pairs = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t", -1);
                if (fields.length > 1) {
                    pairs.add(new TextPair(fields[0], fields[1]));
                    continue;
                }
                String[] words = line.split(" ", -1);
                Profile.OF_PROCESS.switchTo(words.length > 1);
                long begin = System.nanoTime();
                List<Score> scores =
                        Objects.requireNonNull(models.get(words[0])).score(pairs);
                double seconds = (System.nanoTime() - begin) / 1e9;
                String logits = scores.stream()
                        .map(score -> Float.toString(score.logit()))
                        .collect(Collectors.joining(" "));
                System.out.printf(Locale.ROOT, "%.6f %s%n", seconds, logits);
                if (words.length > 1) {
                    Profile.OF_PROCESS
                            .work()
                            .forEach((kind, work) -> System.err.printf("%10.1f ms  %s%n", work.nanos() / 1e6, kind));
                }
                pairs.clear();
            }
        }
        models.values().forEach(CrossEncoder::close);
    }
}
