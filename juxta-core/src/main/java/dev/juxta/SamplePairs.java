package dev.juxta;

import dev.juxta.engine.PackedBatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** A few dozen typical pairs in many languages, on which an engine chooses its scales and compares precisions. */
final class SamplePairs {

    private static final String RESOURCE = "sample-pairs.tsv";

    /** Pairs per batch. */
    private static final int BATCH = 24;

    private SamplePairs() {}

    /**
     * Pairs as the model reads them.
     *
     * @param reading makes a pair the sequences that the model reads of it
     */
    static List<PackedBatch> batches(List<TextPair> pairs, Function<TextPair, List<PackedBatch.Sequence>> reading) {
        List<PackedBatch.Sequence> sequences =
                pairs.stream().map(reading).flatMap(List::stream).toList();
        List<PackedBatch> batches = new ArrayList<>();
        for (int from = 0; from < sequences.size(); from += BATCH) {
            batches.add(PackedBatch.of(sequences.subList(from, Math.min(sequences.size(), from + BATCH))));
        }
        return batches;
    }

    /** The pairs that come with Juxta. */
    static List<TextPair> builtIn() {
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
