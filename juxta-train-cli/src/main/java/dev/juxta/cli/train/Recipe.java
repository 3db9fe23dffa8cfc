package dev.juxta.cli.train;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.ModelCard;
import dev.juxta.data.AtomicFile;
import dev.juxta.train.ModelKind;
import dev.juxta.train.Trainer;
import dev.juxta.train.TrainingOptions;
import dev.juxta.train.Validation.Standing;
import dev.juxta.train.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How a model was made, for its card.
 *
 * @param kind what it is
 * @param base what it began with, as the user named it
 * @param files of the base, whose card states its licence
 * @param data what it learned from
 * @param examples how many that were
 * @param loss what it learned by
 * @param options how
 * @param more sentences on what was special
 */
record Recipe(
        ModelKind kind,
        String base,
        CheckpointFiles files,
        List<Path> data,
        int examples,
        Loss loss,
        TrainingOptions options,
        List<String> more) {

    /** Writes {@code README.md}. */
    void write(Path out, Trainer.Progress end) throws IOException {
        String card = card(end);
        AtomicFile.write(out.resolve("README.md"), file -> file.write(card));
    }

    private String card(Trainer.Progress end) throws IOException {
        String licence = ModelCard.read(files).license().orElse("other");
        return String.format(
                Locale.ROOT,
                """
                ---
                license: %s
                base_model: %s
                %s
                - juxta
                ---
                # A %s made by Juxta
                It began with `%s`%s and learned from %d examples of %s. Whether the licences of these data let you pass the
                model on is for you to find out; the licence above is what the card of the base states.%s

                | | |
                |---|---|
                | loss | %s, %.4f as the mean over the last steps |
                | steps | %d, of %d queries each |
                %s%s| pairs | %d in %.0f s |
                | tokens per %s | at most %d |
                | learning rate | %s at the highest, %s, warm-up over %.0f %% |
                | precision, seed | %s, %d |

                ![loss](training.svg)

                %s
                """,
                licence,
                base,
                tags(),
                kind == ModelKind.COLBERT ? "ColBERT model" : kind,
                base,
                licence.equals("other") ? " (whose card states no licence)" : "",
                examples,
                names(),
                more.isEmpty() ? "" : " " + String.join(" ", more),
                loss.name(),
                end.loss(),
                end.step(),
                options.batch(),
                end.standing().map(Recipe::written).orElse(""),
                share(),
                end.pairs(),
                end.seconds(),
                kind.embeds() ? "text" : "pair",
                options.maxLength(),
                Double.toString(options.learningRate()),
                options.schedule().name().toLowerCase(Locale.ROOT),
                100 * options.warmup(),
                options.precision(),
                options.seed(),
                kind.meaning(loss));
    }

    /** What the hub files it under, with the library that reads it besides Juxta. */
    private String tags() {
        return switch (kind) {
            case CROSS_ENCODER, GATED_CROSS_ENCODER -> "pipeline_tag: text-ranking\ntags:\n- cross-encoder";
            case BI_ENCODER ->
                "library_name: sentence-transformers\npipeline_tag: sentence-similarity\ntags:\n- sentence-transformers\n"
                        + "- feature-extraction";
            case COLBERT -> "library_name: PyLate\npipeline_tag: sentence-similarity\ntags:\n- ColBERT\n- PyLate";
        };
    }

    private String share() {
        return options.baseShare() == 0
                ? ""
                : String.format(Locale.ROOT, "| share of the base in each weight | %s |\n", options.baseShare());
    }

    private static String written(Standing standing) {
        return String.format(
                Locale.ROOT,
                "| weights | those after step %d, the best by held-out data: %.4f |\n",
                standing.bestStep(),
                standing.bestValue());
    }

    private String names() {
        return String.join(
                ", ", data.stream().map(path -> "`" + path.getFileName() + "`").toList());
    }
}
