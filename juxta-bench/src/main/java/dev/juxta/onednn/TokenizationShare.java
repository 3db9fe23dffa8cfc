package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.Prompt;
import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * How much of scoring is tokenization, by processor time, of real pairs. Both take turns; the first round does not count.
 *
 * <p>Arguments: {@code embedded} or a checkpoint's directory, a precision, a gzipped file of query TAB passage, the number of
 * queries, rounds.
 */
public final class TokenizationShare {

    private static final double NANOS_PER_MICRO = 1e3;

    private TokenizationShare() {}

    public static void main(String[] arguments) throws IOException {
        List<List<TextPair>> all = Benchmark.groups(arguments[2]);
        List<List<TextPair>> groups = all.subList(0, Math.min(Integer.parseInt(arguments[3]), all.size()));
        int pairs = groups.stream().mapToInt(List::size).sum();
        int rounds = Integer.parseInt(arguments[4]);
        long tokenizing = 0;
        long scoring = 0;
        try (CrossEncoder model = BenchModel.load(arguments[0], Precision.parse(arguments[1]), 0)) {
            for (int round = 0; round <= rounds; round++) {
                long begin = ProcessTime.nanos();
                groups.forEach(group -> model.tokenize(group, Prompt.modelDefault()));
                long between = ProcessTime.nanos();
                groups.forEach(model::score);
                if (round > 0) {
                    tokenizing += between - begin;
                    scoring += ProcessTime.nanos() - between;
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "µs of processor time a pair: %.0f, of which tokenization %.1f, %.1f %%%n",
                scoring / NANOS_PER_MICRO / pairs / rounds,
                tokenizing / NANOS_PER_MICRO / pairs / rounds,
                100.0 * tokenizing / scoring);
    }
}
