package dev.juxta.cli;

import dev.juxta.Score;
import dev.juxta.ScoringModel;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta score}: what a model says of each pair, in the order of the pairs. */
@Command(
        name = "score",
        description = "Score pairs of texts.",
        footer = {
            "",
            "Pairs are lines a<TAB>b, or .jsonl with \"a\" and \"b\"; texts that hold tabs need the latter. On stdin a"
                    + " first line with \"a\" or \"b\" shows that it is JSONL.",
            "",
            "Example: printf 'how big is Berlin\\tBerlin has 3.5 million people\\n' | juxta score --json"
        })
final class ScoreCommand implements Subcommand {

    private final Session session;

    @Option(names = "--json", description = "One JSON object per pair.")
    private boolean json;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Pairs; default, or by -: stdin.")
    private Optional<String> file = Optional.empty();

    ScoreCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        model.check();
        List<PairLine> lines = PairLine.readAll(session, Source.of(file.orElse("-")));
        List<Score> scores;
        Optional<String> similarity;
        List<String> concerns;
        try (ScoringModel scorer = model.openScorer(session, model.name());
                Progress progress = new Progress(session, lines.size())) {
            similarity = ScoreFields.similarity(scorer);
            model.requireShort(scorer, lines);
            scores = scorer.score(lines.stream().map(PairLine::pair).toList(), model.scoring(progress));
            concerns = scorer.concerns();
        }
        if (json) {
            for (int i = 0; i < scores.size(); i++) {
                ObjectNode object = object(scores.get(i), similarity, lines.get(i));
                ScoreFields.putConcerns(object, concerns);
                session.out().line(Json.line(object));
            }
        } else {
            session.print(table(scores, lines));
        }
        session.out().flush();
    }

    private static ObjectNode object(Score score, Optional<String> similarity, PairLine line) {
        ObjectNode object = Json.object();
        object.set("logits", Json.floats(score.logits()));
        if (score.values().size() == 1) {
            object.put("score", score.value());
        } else {
            object.set("scores", Json.floats(score.values()));
        }
        score.label().ifPresent(label -> object.put("label", label));
        similarity.ifPresent(name -> object.put("similarity", name));
        ScoreFields.putLength(object, score, line.pair().second());
        return object;
    }

    private static Table table(List<Score> scores, List<PairLine> lines) {
        boolean labels = scores.stream().anyMatch(score -> score.label().isPresent());
        boolean cut = scores.stream().anyMatch(score -> score.truncated() > 0);
        List<Column> columns = new ArrayList<>(List.of(new Column("score", Kind.SCORE)));
        if (labels) {
            columns.add(new Column("label", Kind.NAME));
        }
        if (cut) {
            columns.add(new Column("cut", Kind.NUMBER));
        }
        columns.add(new Column("a", Kind.TEXT));
        columns.add(new Column("b", Kind.TEXT));
        Table table = new Table(columns);
        for (int i = 0; i < scores.size(); i++) {
            Score score = scores.get(i);
            List<String> row = new ArrayList<>();
            row.add(ScoreFields.shown(largest(score.values())));
            score.label().ifPresent(row::add);
            if (cut) {
                row.add(Integer.toString(score.truncated()));
            }
            row.add(lines.get(i).pair().first());
            row.add(lines.get(i).pair().second());
            table.row(row);
        }
        return table;
    }

    /** The value of the label that is named: activations keep the order of the logits. */
    private static float largest(List<Float> values) {
        return values.stream().max(Float::compare).orElseThrow();
    }
}
