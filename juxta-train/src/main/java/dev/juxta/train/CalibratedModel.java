package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.ModelCard;
import dev.juxta.checkpoint.NumberFormat;
import dev.juxta.checkpoint.Weight;
import dev.juxta.data.InputException;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.train.calibration.NoMatch;
import dev.juxta.train.calibration.PlattScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A cross-encoder whose sigmoid is a probability: the scaling is folded into its last layer, so every program that loads
 * the model gets calibrated scores, and the order of documents stays as it was.
 */
public final class CalibratedModel {

    private CalibratedModel() {}

    /**
     * Writes a calibrated copy of a model.
     *
     * @param source a cross-encoder of one label
     * @param out a folder that has no model yet
     * @param noMatch the probability below which nothing matches, where it is known
     * @param format of the weights, fp32 or fp16
     * @throws CheckpointException if the model has no last layer to fold it into, or more scores than one
     * @throws InputException if {@code out} has a model already
     */
    public static void write(
            CheckpointFiles source, Path out, PlattScaling scaling, Optional<NoMatch> noMatch, NumberFormat format)
            throws IOException {
        if (Files.exists(out.resolve("config.json"))) {
            throw new InputException("\"" + out + "\" has a model in it already; name another folder");
        }
        try (BaseModel model = BaseModel.open(source, 0)) {
            if (!model.fresh().isEmpty() || model.labels() != 1) {
                throw new CheckpointException(source.location()
                        + " is no cross-encoder of one label; only the score of such a one can mean a probability");
            }
            Linear head = head(model.program(), source);
            List<Weight> weights = new ArrayList<>();
            for (Weight weight : source.weights().values()) {
                Weight folded = folded(weight, head, scaling);
                weights.add(format == NumberFormat.FP16 ? folded.halves() : folded);
            }
            ModelFolder.write(out, source, weights, config(source, noMatch, format), card(source, scaling, noMatch));
        }
    }

    /** The layer that gives the logit, with its bias. */
    private static Linear head(Program program, CheckpointFiles source) throws CheckpointException {
        return program.steps().stream()
                .filter(step -> step.output().equals(program.result()))
                .map(step -> step.operation())
                .filter(Operation.Project.class::isInstance)
                .map(operation -> ((Operation.Project) operation).layer())
                .filter(layer -> layer.bias().isPresent())
                .findFirst()
                .orElseThrow(() -> new CheckpointException(source.location()
                        + " does not end in a layer with a bias, which a calibration would be folded into"));
    }

    private static Weight folded(Weight weight, Linear head, PlattScaling scaling) {
        boolean bias = head.bias().orElseThrow().name().equals(weight.name());
        if (!bias && !head.weight().name().equals(weight.name())) {
            return weight;
        }
        float[] values = weight.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scaling.slope() * values[i] + (bias ? scaling.intercept() : 0));
        }
        return Weight.of(
                weight.name(),
                values,
                weight.shape().stream().mapToInt(Integer::intValue).toArray());
    }

    private static ObjectNode config(CheckpointFiles source, Optional<NoMatch> noMatch, NumberFormat format)
            throws IOException {
        ObjectNode config = JsonFile.read(source, "config.json").root().deepCopy();
        config.remove("torch_dtype");
        config.put("dtype", format == NumberFormat.FP16 ? "float16" : "float32");
        ObjectNode ours = config.withObject("/sentence_transformers");
        ours.put("activation_fn", "torch.nn.modules.activation.Sigmoid");
        ObjectNode juxta = config.withObject("/juxta");
        juxta.put("calibrated", true);
        noMatch.ifPresent(found -> juxta.put("no_match_below", found.threshold()));
        return config;
    }

    private static String card(CheckpointFiles source, PlattScaling scaling, Optional<NoMatch> noMatch)
            throws IOException {
        return String.format(
                Locale.ROOT,
                """
                ---
                license: %s
                pipeline_tag: text-ranking
                tags:
                - cross-encoder
                - juxta
                ---
                # A cross-encoder calibrated by Juxta
                It is `%s` with its last layer scaled (logit × %.6g %+.6g), so that the sigmoid of its logit is the
                probability of a match among pairs like those that it was calibrated on. It ranks as that model does.%s
                """,
                ModelCard.read(source).license().orElse("other"),
                source.location(),
                scaling.slope(),
                scaling.intercept(),
                noMatch.map(found -> String.format(
                                Locale.ROOT,
                                "\nWhere the best of several documents is below %.4f, none is a good match.",
                                found.threshold()))
                        .orElse(""));
    }
}
