package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the processor time of a forward pass goes, kind by kind, and how near its products come to the bare product's peak,
 * which is measured in the same run, in turns with it. All of it on one thread, by the thread's processor time, and of many
 * rounds the fastest: other work on the machine blurs it least so.
 *
 * <p>Options: {@code --model DIRECTORY|embedded}, {@code --precision fp32,int8}, {@code --tokens 128} (of each pair), {@code
 * --pairs 8} (of each round), {@code --rounds 30}, {@code --json} (one object for each precision in place of the table).
 */
public final class Roofline {

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final CrossEncoder model;
    private final List<TextPair> pairs;
    private Round best = Round.NONE;

    private Roofline(CrossEncoder model, List<TextPair> pairs) {
        this.model = model;
        this.pairs = pairs;
    }

    /**
     * One measured request.
     *
     * @param nanos processor time of the process
     * @param work what the engine did
     */
    private record Round(long nanos, Map<String, Profile.Work> work) {
        static final Round NONE = new Round(Long.MAX_VALUE, Map.of());
    }

    /** A line of the table: a kind of work, per pair. */
    private record Line(String kind, double calls, double micros, double share, Optional<Double> rate, double ofPeak) {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = options(arguments);
        int tokens = Integer.parseInt(option(options, "--tokens"));
        int rounds = Integer.parseInt(option(options, "--rounds"));
        Map<Precision, Roofline> measured = new EnumMap<>(Precision.class);
        for (String name : option(options, "--precision").split(",", -1)) {
            Precision precision = Precision.parse(name);
            CrossEncoder model = BenchModel.load(option(options, "--model"), precision, 1);
            TextPair pair = BenchModel.pair(model, tokens);
            measured.put(
                    precision,
                    new Roofline(model, Collections.nCopies(Integer.parseInt(option(options, "--pairs")), pair)));
        }
        try (BareProducts peaks = new BareProducts()) {
            for (int round = 0; round < rounds; round++) {
                peaks.measure();
                measured.values().forEach(Roofline::measure);
            }
            for (Map.Entry<Precision, Roofline> each : measured.entrySet()) {
                each.getValue().print(each.getKey(), peaks, options.containsKey("--json"));
                each.getValue().model.close();
            }
        }
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new LinkedHashMap<>(Map.of(
                "--model",
                "embedded",
                "--precision",
                "fp32,int8",
                "--tokens",
                "128",
                "--pairs",
                "8",
                "--rounds",
                "30"));
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--json")) {
                options.put("--json", "");
            } else if (options.containsKey(arguments[i]) && i + 1 < arguments.length) {
                options.put(arguments[i], arguments[++i]);
            } else {
                throw new IllegalArgumentException(
                        "\"" + arguments[i] + "\" is not one of " + options.keySet() + " and --json, or has no value");
            }
        }
        return options;
    }

    private static String option(Map<String, String> options, String name) {
        return Objects.requireNonNull(options.get(name), name);
    }

    private void measure() {
        Profile.OF_PROCESS.switchTo(true);
        long begin = ProcessTime.nanos();
        model.score(pairs);
        long nanos = ProcessTime.nanos() - begin;
        if (nanos < best.nanos()) {
            best = new Round(nanos, Profile.OF_PROCESS.work());
        }
        Profile.OF_PROCESS.switchTo(false);
    }

    private List<Line> lines(BareProducts peaks) {
        List<Line> lines = new ArrayList<>();
        long counted = 0;
        for (Map.Entry<String, Profile.Work> kind : best.work().entrySet()) {
            Profile.Work work = kind.getValue();
            counted += work.nanos();
            Optional<Double> rate = work.multiplies().map(type -> (double) work.operations() / work.nanos());
            double ofPeak =
                    rate.isPresent() ? rate.get() / peaks.rate(work.multiplies().get()) : 0;
            lines.add(line(kind.getKey(), work.calls(), work.nanos(), rate, ofPeak));
        }
        lines.sort((a, b) -> Double.compare(b.micros(), a.micros()));
        lines.add(line("the rest (tokens, texts, threads)", 0, best.nanos() - counted, Optional.empty(), 0));
        return lines;
    }

    private Line line(String kind, long calls, long nanos, Optional<Double> rate, double ofPeak) {
        return new Line(
                kind,
                (double) calls / pairs.size(),
                nanos / NANOS_PER_MICRO / pairs.size(),
                (double) nanos / best.nanos(),
                rate,
                ofPeak);
    }

    /** All products, with the time that they would take at their peaks. */
    private double productsOfPeak(BareProducts peaks) {
        double nanos = 0;
        double atPeak = 0;
        for (Profile.Work work : best.work().values()) {
            if (work.multiplies().isPresent()) {
                nanos += work.nanos();
                atPeak += work.operations() / peaks.rate(work.multiplies().get());
            }
        }
        return atPeak / nanos;
    }

    private void print(Precision precision, BareProducts peaks, boolean json) {
        Score score = model.score(pairs).get(0);
        double perSecond = pairs.size() * NANOS_PER_SECOND / best.nanos();
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("precision", precision.toString());
            object.put("pairs", pairs.size());
            object.put("tokens", score.tokens());
            object.put("pairs_per_core_second", perSecond);
            object.put("peak_gops", peaks.rates());
            object.put("products_of_peak", productsOfPeak(peaks));
            object.put("kinds", lines(peaks).stream().map(Roofline::object).toList());
            System.out.println(JsonMapper.shared().writeValueAsString(object));
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "%n%s, %d pairs of %d tokens on one thread: %.2f ms a pair, %.1f pairs per core-second; products at %.0f %%"
                        + " of the bare product's peak, which is %s GFLOP/s%n",
                precision,
                pairs.size(),
                score.tokens(),
                best.nanos() / NANOS_PER_MILLI / pairs.size(),
                perSecond,
                100 * productsOfPeak(peaks),
                peaks);
        System.out.println("| work | calls a pair | µs a pair | share | GFLOP/s | of peak |");
        System.out.println("|---|---|---|---|---|---|");
        for (Line line : lines(peaks)) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.0f | %.1f %% | %s | %s |%n",
                    line.kind(),
                    line.calls(),
                    line.micros(),
                    100 * line.share(),
                    line.rate()
                            .map(rate -> String.format(Locale.ROOT, "%.0f", rate))
                            .orElse("–"),
                    line.rate()
                            .map(rate -> String.format(Locale.ROOT, "%.0f %%", 100 * line.ofPeak()))
                            .orElse("–"));
        }
    }

    private static Map<String, Object> object(Line line) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("work", line.kind());
        object.put("calls_per_pair", line.calls());
        object.put("us_per_pair", line.micros());
        object.put("share", line.share());
        line.rate().ifPresent(rate -> {
            object.put("gops", rate);
            object.put("of_peak", line.ofPeak());
        });
        return object;
    }
}
