package dev.juxta.cli;

import dev.juxta.CrossEncoder;
import dev.juxta.ScoreOptions;
import dev.juxta.TextPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code juxta bench}: how fast a model scores on this machine. Pairs that follow each other with the same first text are
 * one request, as a query with its candidates is; requests run one after the other, warm, from text to scores.
 */
@Command(
        name = "bench",
        description = "Measure how fast a model scores pairs, tokenization included.",
        footer = {
            "",
            "Pairs are as for score; those in a row with the same first text are one request. p50_ms and p99_ms are of"
                    + " whole requests, rss_mb is the process's peak.",
            "",
            "Example: juxta bench --precision int8 --pairs pairs.tsv --json"
        })
final class BenchCommand implements Subcommand {

    private static final double WARM_UP_SECONDS = 3;
    private static final double LEAST_SECONDS = 5;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Path PROCESS_STATUS = Path.of("/proc/self/status");

    private final Session session;

    @Option(names = "--json", description = "One JSON object, last.")
    private boolean json;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(names = "--pairs", paramLabel = "FILE", required = true, description = "Pairs; by -: stdin.")
    private String pairs = "-";

    BenchCommand(Session session) {
        this.session = session;
    }

    /** What one pass over the requests took. */
    private record Measured(int pairs, long tokens, List<Double> requestMillis, double seconds) {

        double percentile(double share) {
            List<Double> sorted = requestMillis.stream().sorted().toList();
            return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * (sorted.size() - 1))));
        }
    }

    @Override
    public void run() throws IOException {
        model.check();
        List<List<TextPair>> requests = requests(PairLine.readAll(session, Source.of(pairs)));
        long start = System.nanoTime();
        try (CrossEncoder encoder = model.open(session)) {
            double loadMillis = (System.nanoTime() - start) / NANOS_PER_MILLI;
            ScoreOptions options = ScoreOptions.defaults().withPrompt(model.prompt());
            measure(encoder, requests, options, WARM_UP_SECONDS, 0);
            Measured measured = measure(encoder, requests, options, LEAST_SECONDS, requests.size());
            report(encoder, measured, loadMillis);
        }
        session.out().flush();
    }

    private static List<List<TextPair>> requests(List<PairLine> lines) {
        List<List<TextPair>> requests = new ArrayList<>();
        String query = "";
        for (PairLine line : lines) {
            if (requests.isEmpty() || !line.pair().first().equals(query)) {
                requests.add(new ArrayList<>());
                query = line.pair().first();
            }
            requests.get(requests.size() - 1).add(line.pair());
        }
        return requests;
    }

    /** Runs requests in turn for at least {@code seconds} and at least {@code least} of them. */
    private static Measured measure(
            CrossEncoder encoder, List<List<TextPair>> requests, ScoreOptions options, double seconds, int least) {
        List<Double> millis = new ArrayList<>();
        int scored = 0;
        long tokens = 0;
        long start = System.nanoTime();
        while (millis.size() < least
                || (millis.size() % requests.size() != 0 && least > 0)
                || (System.nanoTime() - start) / NANOS_PER_SECOND < seconds) {
            List<TextPair> request = requests.get(millis.size() % requests.size());
            long began = System.nanoTime();
            tokens += encoder.score(request, options).stream()
                    .mapToLong(score -> score.tokens())
                    .sum();
            millis.add((System.nanoTime() - began) / NANOS_PER_MILLI);
            scored += request.size();
        }
        return new Measured(scored, tokens, millis, (System.nanoTime() - start) / NANOS_PER_SECOND);
    }

    private void report(CrossEncoder encoder, Measured measured, double loadMillis) throws IOException {
        ObjectNode object = Json.object();
        object.put("engine", encoder.info().engine());
        object.put("precision", encoder.info().precision().toString());
        object.put("threads", encoder.info().threads());
        object.put("pairs", measured.pairs);
        object.put("tokens", measured.tokens);
        object.put("pairs_per_s", rounded(measured.pairs / measured.seconds));
        object.put("tokens_per_s", rounded(measured.tokens / measured.seconds));
        object.put("p50_ms", rounded(measured.percentile(0.5)));
        object.put("p99_ms", rounded(measured.percentile(0.99)));
        object.put("load_ms", rounded(loadMillis));
        object.put("rss_mb", rounded(peakMegabytes()));
        if (json) {
            session.out().line(Json.line(object));
        } else {
            for (String key : object.propertyNames()) {
                session.out()
                        .line(String.format(
                                Locale.ROOT, "%-13s %s", key, object.path(key).asString()));
            }
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }

    /** The most memory that the process has had resident; where the system does not tell, what the heap has now. */
    private static double peakMegabytes() throws IOException {
        double heap = Runtime.getRuntime().totalMemory() / (1024.0 * 1024);
        if (!Files.isReadable(PROCESS_STATUS)) {
            return heap;
        }
        Optional<String> peak = Files.readAllLines(PROCESS_STATUS).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .findFirst();
        return peak.map(line -> Double.parseDouble(line.replaceAll("\\D+", "")) / 1024)
                .orElse(heap);
    }
}
