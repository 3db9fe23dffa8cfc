package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.LoadOptions;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Pairs per second of this engine on real pairs, tokenization included, and where the time goes. Precisions take turns,
 * and the best round of each counts, so that other work on the machine blurs the ratios less.
 *
 * <p>Arguments: a gzipped file of query TAB passage (- for standard input, plain), the number of queries, rounds,
 * precisions. The last line is the best rate as JSON, as the peers' script reads it.
 */
public final class Benchmark {

    private Benchmark() {}

    public static void main(String[] arguments) throws IOException {
        int queries = Integer.parseInt(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        List<List<TextPair>> all = groups(arguments[0]);
        List<List<TextPair>> groups = all.subList(0, Math.min(queries, all.size()));
        Map<Precision, CrossEncoder> models = new EnumMap<>(Precision.class);
        Map<Precision, Double> best = new EnumMap<>(Precision.class);
        Map<Precision, Double> bestPerCore = new EnumMap<>(Precision.class);
        for (String name : arguments[3].split(",", -1)) {
            Precision precision = Precision.parse(name);
            long begin = System.nanoTime();
            models.put(
                    precision,
                    CrossEncoder.embedded(
                            LoadOptions.defaults().withEngine("onednn").withPrecision(precision)));
            System.out.printf("%s loaded in %.0f ms%n", precision, (System.nanoTime() - begin) / 1e6);
        }
        int pairs = groups.stream().mapToInt(List::size).sum();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<Precision, CrossEncoder> model : models.entrySet()) {
                long begin = System.nanoTime();
                long cpuBegin = ProcessTime.nanos();
                for (List<TextPair> group : groups) {
                    model.getValue().score(group);
                }
                double rate = pairs / ((System.nanoTime() - begin) / 1e9);
                double perCore = pairs / ((ProcessTime.nanos() - cpuBegin) / 1e9);
                best.merge(model.getKey(), rate, Math::max);
                bestPerCore.merge(model.getKey(), perCore, Math::max);
                System.out.printf(
                        Locale.ROOT, "%s %.1f pairs/s, %.1f per core-second  ", model.getKey(), rate, perCore);
            }
            System.out.println();
        }
        for (Map.Entry<Precision, CrossEncoder> model : models.entrySet()) {
            breakDown(model.getValue(), groups, pairs);
            List<TextPair> one = List.of(groups.get(0).get(0));
            double latency = Double.MAX_VALUE;
            for (int i = 0; i < 200; i++) {
                long begin = System.nanoTime();
                model.getValue().score(one);
                latency = Math.min(latency, (System.nanoTime() - begin) / 1e6);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s best %.1f pairs/s, %.1f per core-second, one pair %.2f ms%n",
                    model.getKey(),
                    best.get(model.getKey()),
                    bestPerCore.get(model.getKey()),
                    latency);
            model.getValue().close();
        }
        best.values().forEach(rate -> System.out.printf(Locale.ROOT, "{\"pairs_per_s\": %.1f}%n", rate));
    }

    /** Processor time of each kind of work, in microseconds per pair. */
    private static void breakDown(CrossEncoder model, List<List<TextPair>> groups, int pairs) {
        Profile.OF_PROCESS.switchTo(true);
        long begin = ProcessTime.nanos();
        for (List<TextPair> group : groups) {
            model.score(group);
        }
        double all = (ProcessTime.nanos() - begin) / 1e3 / pairs;
        double counted = 0;
        for (Map.Entry<String, Profile.Work> kind : Profile.OF_PROCESS.work().entrySet()) {
            double each = kind.getValue().nanos() / 1e3 / pairs;
            counted += each;
            System.out.printf(Locale.ROOT, "%10.1f us  %4.1f %%  %s%n", each, 100 * each / all, kind.getKey());
        }
        System.out.printf(Locale.ROOT, "%10.1f us  %4.1f %%  the rest%n", all - counted, 100 * (1 - counted / all));
        Profile.OF_PROCESS.switchTo(false);
    }

    /** The pairs of a file, those that follow each other with the same first text together. */
    static List<List<TextPair>> groups(String file) throws IOException {
        List<List<TextPair>> groups = new ArrayList<>();
        try (InputStream bytes =
                        file.equals("-") ? System.in : new GZIPInputStream(Files.newInputStream(Path.of(file)));
                BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t", -1);
                if (groups.isEmpty()
                        || !groups.get(groups.size() - 1).get(0).first().equals(fields[0])) {
                    groups.add(new ArrayList<>());
                }
                groups.get(groups.size() - 1).add(new TextPair(fields[0], fields[1]));
            }
        }
        return groups;
    }
}
