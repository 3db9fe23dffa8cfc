package dev.juxta.cli;

import dev.juxta.TextPair;
import dev.juxta.engine.Precision;
import dev.juxta.engine.QuantizationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta quantize}: chooses a model's scales for int8, and says whether int8 keeps its ranking. */
@Command(
        name = "quantize",
        description = "Choose a model's scales for int8 on sample pairs, and compare its ranks with fp32's.",
        footer = {
            "",
            "Scales and verdict are kept beside the model, else in the cache; --precision int8 and auto use them as long"
                    + " as the weights are the same.",
            "",
            "Example: juxta quantize --model my-reranker --pairs pairs.tsv"
        })
final class QuantizeCommand implements Subcommand {

    private static final double ROUNDING = 1e5;

    private final Session session;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description = "Typical pairs, some dozens to hundreds; default: a few in many languages, built in.")
    private Optional<String> pairs = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The directory to keep the scales in, such as a copy of the model; default: the model's.")
    private Optional<Path> out = Optional.empty();

    QuantizeCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        model.check();
        if (out.isPresent() && !Files.isDirectory(out.get())) {
            throw new UsageException("--out \"" + out.get() + "\" is no directory; name one that exists");
        }
        List<TextPair> samples = pairs.isEmpty()
                ? List.of()
                : PairLine.readAll(session, Source.of(pairs.get())).stream()
                        .map(PairLine::pair)
                        .toList();
        QuantizationReport report = model.quantize(session, samples, out);
        if (json) {
            session.out().line(Json.line(object(report)));
        } else {
            for (String line : lines(report)) {
                session.out().line(line);
            }
        }
        session.out().flush();
    }

    private ObjectNode object(QuantizationReport report) {
        ObjectNode object = Json.object();
        object.put("model", model.name());
        object.put("passes", report.passes());
        object.put("spearman", rounded(report.correlation()));
        object.put("least_spearman", report.leastCorrelation());
        object.put("samples", report.samples());
        ObjectNode speeds = object.putObject("pairs_per_s");
        report.pairsPerSecond().forEach((precision, speed) -> speeds.put(precision.toString(), Math.round(speed)));
        report.quantized().forEach(object.putArray("int8")::add);
        report.kept().forEach(object.putArray("kept")::add);
        object.put("file", report.file().toString());
        return object;
    }

    private List<String> lines(QuantizationReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "int8 %s the ranking of %d pairs: Spearman %.4f with fp32, at least %.2f is asked for",
                report.passes() ? "keeps" : "does not keep",
                report.samples(),
                report.correlation(),
                report.leastCorrelation()));
        lines.add("--precision auto " + (report.passes() ? "takes int8 where it is the fastest" : "does not take it"));
        List<String> speeds = new ArrayList<>();
        for (Map.Entry<Precision, Double> speed : report.pairsPerSecond().entrySet()) {
            speeds.add(String.format(Locale.ROOT, "%s %.0f", speed.getKey(), speed.getValue()));
        }
        lines.add("pairs/s, without tokenization: " + String.join(", ", speeds));
        lines.add(report.quantized().size() + " weights in int8; wider: "
                + (report.kept().isEmpty() ? "none" : DisplayText.line(String.join(", ", report.kept()))));
        lines.add("kept in " + DisplayText.line(report.file().toString()));
        return lines;
    }

    private static double rounded(double value) {
        return Math.round(value * ROUNDING) / ROUNDING;
    }
}
