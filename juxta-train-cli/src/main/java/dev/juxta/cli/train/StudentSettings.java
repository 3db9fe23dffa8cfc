package dev.juxta.cli.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.cli.OptionValues;
import dev.juxta.cli.UsageException;
import dev.juxta.train.BaseModel;
import dev.juxta.train.ModelKind;
import dev.juxta.train.StudentOptions;
import dev.juxta.train.loss.Loss;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What kind of model is to come out. */
final class StudentSettings {

    @Option(
            names = "--into",
            paramLabel = "KIND",
            converter = KindName.class,
            description =
                    "What comes out: cross-encoder (default); gated-cross-encoder, which begins as the bi-encoder that"
                            + " --base is and learns to look from one text into the other; bi-encoder, with a vector"
                            + " per text; colbert, with one per token.")
    private ModelKind kind = ModelKind.CROSS_ENCODER;

    @Option(
            names = "--scale",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description =
                    "What the similarities of a bi-encoder or colbert are multiplied with before the loss sees them;"
                            + " default: 20 for a bi-encoder's (1 for mse), 1 for colbert's.")
    private Optional<Double> scale = Optional.empty();

    @Option(
            names = "--student-layers",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Of what it begins with, evenly spaced from the first to the last; default: all.")
    private Optional<Integer> layers = Optional.empty();

    ModelKind kind() {
        return kind;
    }

    /**
     * Checks what can be checked before anything is read.
     *
     * @throws UsageException if there is nothing to scale
     */
    void check() {
        if (scale.isPresent() && !kind.embeds()) {
            throw new UsageException(
                    "--scale is of similarities, and a cross-encoder has none; it goes with --into bi-encoder or colbert");
        }
    }

    /**
     * Opens what it begins with.
     *
     * @param maxLength tokens per text
     * @throws UsageException if the checkpoint cannot become what is asked for
     */
    BaseModel open(CheckpointFiles checkpoint, Loss loss, long seed, int maxLength) throws IOException {
        OptionalInt kept = layers.map(OptionalInt::of).orElse(OptionalInt.empty());
        try {
            return BaseModel.open(
                    checkpoint, seed, new StudentOptions(kind, kept, scale.orElse(kind.scale(loss)), maxLength));
        } catch (CheckpointException e) {
            if (kind == ModelKind.CROSS_ENCODER && layers.isEmpty()) {
                throw e; // nothing was asked for that another checkpoint could not do
            }
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether it has fewer layers than what it begins with. */
    boolean cutsLayers() {
        return layers.isPresent();
    }

    /** What the model's card says of them. */
    List<String> remarks() {
        return layers.map(count -> List.of("It keeps " + count + " of that model's layers."))
                .orElse(List.of());
    }

    private static final class KindName implements ITypeConverter<ModelKind> {
        @Override
        public ModelKind convert(String value) {
            try {
                return ModelKind.parse(value);
            } catch (IllegalArgumentException e) {
                throw OptionValues.wrong(value, "one of " + ModelKind.names());
            }
        }
    }
}
