package dev.juxta.cli;

import dev.juxta.Classification;
import dev.juxta.CrossEncoder;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import dev.juxta.data.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta classify}: the classes of each pair by a model with several labels. */
@Command(
        name = "classify",
        description = "Classify pairs of texts with a model of several labels.",
        footer = {
            "",
            "Pairs are lines a<TAB>b, or .jsonl with \"a\" and \"b\"; texts that hold tabs need the latter. On stdin a"
                    + " first line with \"a\" or \"b\" shows that it is JSONL.",
            "",
            "Example: juxta classify --model cross-encoder/nli-MiniLM2-L6-H768 pairs.tsv"
        })
final class ClassifyCommand implements Subcommand {

    /** With more labels than this a table names only the likeliest. */
    private static final int MOST_COLUMNS = 5;

    private final Session session;

    @Option(names = "--json", description = "One JSON object per pair.")
    private boolean json;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Pairs; default, or by -: stdin.")
    private Optional<String> file = Optional.empty();

    ClassifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        model.check();
        List<PairLine> lines = PairLine.readAll(session, Source.of(file.orElse("-")));
        List<Classification> classes;
        List<String> labels;
        try (CrossEncoder encoder = model.open(session);
                Progress progress = new Progress(session, lines.size())) {
            labels = encoder.info().labels();
            if (labels.size() == 1) {
                throw new InputException("classify needs a model with several labels, and " + model.name()
                        + " has one; use juxta score, or name another with --model");
            }
            model.requireShort(encoder, lines);
            classes = encoder.classify(lines.stream().map(PairLine::pair).toList(), model.scoring(progress));
        }
        if (json) {
            for (int i = 0; i < classes.size(); i++) {
                session.out().line(Json.line(object(labels, classes.get(i), lines.get(i))));
            }
        } else {
            session.print(table(labels, classes, lines));
        }
        session.out().flush();
    }

    private static ObjectNode object(List<String> labels, Classification classes, PairLine line) {
        ObjectNode object = Json.object();
        object.put("label", classes.label());
        object.put("probability", (float) classes.probability());
        Map<String, Float> byLabel = probabilities(classes);
        ObjectNode probabilities = object.putObject("probabilities");
        labels.forEach(label -> probabilities.put(label, byLabel.getOrDefault(label, 0f)));
        object.set("logits", Json.floats(classes.score().logits()));
        ScoreFields.putLength(object, classes.score(), line.pair().second());
        return object;
    }

    private static Map<String, Float> probabilities(Classification classes) {
        Map<String, Float> probabilities = new HashMap<>();
        classes.classes().forEach(one -> probabilities.put(one.label(), (float) one.probability()));
        return probabilities;
    }

    private static Table table(List<String> labels, List<Classification> classes, List<PairLine> lines) {
        List<String> shown = labels.size() <= MOST_COLUMNS ? labels : List.of();
        boolean cut = classes.stream().anyMatch(one -> one.score().truncated() > 0);
        List<Column> columns = new ArrayList<>(List.of(new Column("label", Kind.NAME)));
        if (shown.isEmpty()) {
            columns.add(new Column("probability", Kind.SCORE));
        }
        shown.forEach(label -> columns.add(new Column(label, Kind.SCORE)));
        if (cut) {
            columns.add(new Column("cut", Kind.NUMBER));
        }
        columns.add(new Column("a", Kind.TEXT));
        columns.add(new Column("b", Kind.TEXT));
        Table table = new Table(columns);
        for (int i = 0; i < classes.size(); i++) {
            Classification one = classes.get(i);
            Map<String, Float> byLabel = probabilities(one);
            List<String> row = new ArrayList<>(List.of(one.label()));
            if (shown.isEmpty()) {
                row.add(ScoreFields.shown(one.probability()));
            }
            shown.forEach(label -> row.add(ScoreFields.shown(byLabel.getOrDefault(label, 0f))));
            if (cut) {
                row.add(Integer.toString(one.score().truncated()));
            }
            row.add(lines.get(i).pair().first());
            row.add(lines.get(i).pair().second());
            table.row(row);
        }
        return table;
    }
}
