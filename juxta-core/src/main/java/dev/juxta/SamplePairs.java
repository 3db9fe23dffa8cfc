package dev.juxta;

import dev.juxta.engine.PackedBatch;
import dev.juxta.model.Architecture;
import dev.juxta.text.PairTokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A few dozen typical pairs in many languages, on which an engine chooses its scales and compares precisions. */
final class SamplePairs {

    private static final String RESOURCE = "sample-pairs.tsv";

    /** Pairs per batch. */
    private static final int BATCH = 24;

    private SamplePairs() {}

    /** The pairs as the model reads them. */
    static List<PackedBatch> batches(PairTokenizer tokenizer, Architecture architecture, PairScoring.Limits limits) {
        List<PackedBatch.Sequence> sequences = new ArrayList<>();
        for (TextPair pair : read()) {
            int[] first = tokenizer.encode(pair.first());
            int[] second = tokenizer.encode(pair.second());
            sequences.add(
                    PairScoring.sequence(tokenizer.pair(first, second, limits.maxLength()), architecture, limits));
        }
        List<PackedBatch> batches = new ArrayList<>();
        for (int from = 0; from < sequences.size(); from += BATCH) {
            batches.add(PackedBatch.of(sequences.subList(from, Math.min(sequences.size(), from + BATCH))));
        }
        return batches;
    }

    private static List<TextPair> read() {
        InputStream resource =
                Objects.requireNonNull(SamplePairs.class.getResourceAsStream(RESOURCE), "The jar lacks " + RESOURCE);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .map(texts -> new TextPair(texts[0], texts[1]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
