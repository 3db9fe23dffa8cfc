package dev.juxta.cli.train;

import dev.juxta.CrossEncoder;
import dev.juxta.LoadOptions;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.EmbeddedCheckpoint;
import dev.juxta.checkpoint.NumberFormat;
import dev.juxta.cli.Json;
import dev.juxta.cli.OptionValues;
import dev.juxta.cli.Progress;
import dev.juxta.cli.Session;
import dev.juxta.cli.Subcommand;
import dev.juxta.data.InputException;
import dev.juxta.train.CalibratedModel;
import dev.juxta.train.Example;
import dev.juxta.train.ScoredExamples;
import dev.juxta.train.calibration.NoMatch;
import dev.juxta.train.calibration.PlattScaling;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta calibrate}: scores that are probabilities. */
@Command(
        name = "calibrate",
        description = "Make a cross-encoder's score a probability, and find where nothing matches.",
        footer = {
            "",
            "Judged pairs should be such as the model will meet: a first stage's candidates (juxta mine), not the random"
                    + " documents that a BEIR folder's queries get. One query in five is kept to measure with. The scaling"
                    + " is folded into the model's last layer; no order"
                    + " changes, and other programs that load it see the same scores.",
            "",
            "Example: juxta calibrate --model medical --data judged.jsonl --out medical-calibrated"
        })
final class CalibrateCommand implements Subcommand {

    private static final int SEED = 1;

    private final Session session;

    @Mixin
    private final TrainingData data = new TrainingData();

    @Option(
            names = "--model",
            paramLabel = "M",
            description = "Directory of a cross-encoder of one label, hub id, or embedded (default).")
    private String model = EmbeddedCheckpoint.DEFAULT.id();

    @Mixin
    private final CheckpointOptions files = new CheckpointOptions();

    @Option(
            names = "--keep",
            paramLabel = "X",
            converter = OptionValues.Part.class,
            description =
                    "Where nothing matches is so low that at least this part of the queries with an answer keep it;"
                            + " default: 0.8.")
    private double keep = 0.8;

    @Option(
            names = "--format",
            paramLabel = "F",
            converter = StoredFormat.class,
            description = "How to store the weights: fp32 (default) or fp16, of half the size.")
    private NumberFormat format = NumberFormat.FP32;

    CalibrateCommand(Session session) {
        this.session = session;
    }

    static final class StoredFormat implements ITypeConverter<NumberFormat> {
        @Override
        public NumberFormat convert(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "fp32" -> NumberFormat.FP32;
                case "fp16" -> NumberFormat.FP16;
                default -> throw OptionValues.wrong(value, "fp32 or fp16");
            };
        }
    }

    @Override
    public void run() throws IOException {
        files.check("--model", model);
        List<Example> examples = data.read(Losses.named("bce"), SEED);
        CheckpointFiles source = files.files(session, model);
        ScoredExamples scored = score(source, examples);
        PlattScaling scaling = fit(scored.taught());
        List<NoMatch.Bests> bests = scored.taught().bests(scaling);
        Optional<NoMatch> noMatch = bests.isEmpty() ? Optional.empty() : Optional.of(NoMatch.of(bests, keep));
        CalibratedModel.write(source, files.out(), scaling, noMatch, format);
        List<NoMatch.Bests> held = scored.heldOut().bests(scaling);
        print(scored, scaling, noMatch.map(found -> held.isEmpty() ? found : found.on(held)));
    }

    private ScoredExamples score(CheckpointFiles source, List<Example> examples) throws IOException {
        long pairs = examples.stream()
                .mapToLong(example -> example.documents().size())
                .sum();
        try (CrossEncoder encoder = CrossEncoder.load(source, LoadOptions.defaults());
                Progress progress = new Progress(session, pairs)) {
            if (encoder.info().labels().size() != 1) {
                throw new InputException("calibrate needs a model with one label, and " + model + " has "
                        + encoder.info().labels().size());
            }
            return ScoredExamples.of(encoder, examples, count -> {
                progress.advance(count);
                progress.accept(0);
            });
        }
    }

    private static PlattScaling fit(ScoredExamples taught) throws InputException {
        try {
            return PlattScaling.fit(taught.logits(), taught.positive());
        } catch (IllegalArgumentException e) {
            throw new InputException(String.valueOf(e.getMessage()));
        }
    }

    private void print(ScoredExamples scored, PlattScaling scaling, Optional<NoMatch> noMatch) throws IOException {
        ScoredExamples held = scored.heldOut();
        double before = held.error(logit -> new PlattScaling(1, 0).probability(logit));
        double after = held.error(scaling::probability);
        if (files.json()) {
            ObjectNode object = Json.object().put("model", files.out().toString());
            object.put("pairs", scored.pairs()).put("relevant", scored.positives());
            object.put("slope", scaling.slope()).put("intercept", scaling.intercept());
            object.put("held_out_pairs", held.pairs());
            object.put("calibration_error_before", before).put("calibration_error", after);
            noMatch.ifPresent(found -> object.put("no_match_below", found.threshold())
                    .put("answers_found", found.found())
                    .put("misses_refused", found.refused()));
            session.out().line(Json.line(object));
        } else {
            session.out()
                    .line(String.format(
                            Locale.ROOT,
                            "calibration error on %d held-out pairs: %.4f, before %.4f; the model is in %s",
                            held.pairs(),
                            after,
                            before,
                            files.out()));
            if (noMatch.isPresent()) {
                session.out()
                        .line(String.format(
                                Locale.ROOT,
                                "no good match below %.4f: that keeps %.1f %% of queries with an answer, and refuses %.1f %% of"
                                        + " those without",
                                noMatch.get().threshold(),
                                100 * noMatch.get().found(),
                                100 * noMatch.get().refused()));
            }
        }
        session.out().flush();
    }
}
