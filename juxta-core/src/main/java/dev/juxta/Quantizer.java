package dev.juxta;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.engine.QuantizationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the scales with which a cross-encoder runs in int8, on pairs like those that it will see, and keeps them with
 * the verdict of the quality gate. Models loaded in int8, or in precision {@code auto}, use them from then on, as long as
 * the weights are the same.
 *
 * @param options how the model is read; the precision has no say
 * @param pairs some dozens to hundreds of typical pairs; empty for those that come with Juxta
 * @param folder where scales and verdict are kept; empty for the checkpoint's own folder, or the user's cache
 */
public record Quantizer(LoadOptions options, List<TextPair> pairs, Optional<Path> folder) {

    /** On the pairs that come with Juxta, kept beside the model. */
    public static Quantizer defaults() {
        return new Quantizer(LoadOptions.defaults(), List.of(), Optional.empty());
    }

    public Quantizer {
        pairs = List.copyOf(pairs);
    }

    /**
     * Quantizes the checkpoint in a directory.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if the engine has no int8
     */
    public QuantizationReport quantize(Path directory) throws IOException {
        return quantize(CheckpointSource.directory(directory));
    }

    /** Quantizes a checkpoint, wherever it lies, as {@link #quantize(Path)} does. */
    public QuantizationReport quantize(CheckpointFiles files) throws IOException {
        return LoadedModel.quantize(files, options, samples(), folder);
    }

    private List<TextPair> samples() {
        return pairs.isEmpty() ? SamplePairs.builtIn() : pairs;
    }
}
