package dev.juxta.cli.train;

import dev.juxta.cli.OptionValues;
import dev.juxta.cli.UsageException;
import dev.juxta.train.ModelKind;
import dev.juxta.train.StudentOptions;
import dev.juxta.train.loss.Loss;
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
                    "What comes out: cross-encoder (default); bi-encoder, with a vector per text; colbert, with one per"
                            + " token.")
    private ModelKind kind = ModelKind.CROSS_ENCODER;

    @Option(
            names = "--scale",
            paramLabel = "X",
            converter = OptionValues.Positive.class,
            description =
                    "What the similarities of a bi-encoder or colbert are multiplied with before the loss sees them;"
                            + " default: 20 for a bi-encoder's (1 for mse), 1 for colbert's.")
    private Optional<Double> scale = Optional.empty();

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
     * As the trainer takes it.
     *
     * @param maxLength tokens per text
     */
    StudentOptions options(Loss loss, OptionalInt layers, int maxLength) {
        return new StudentOptions(kind, layers, scale.orElse(kind.scale(loss)), maxLength);
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
