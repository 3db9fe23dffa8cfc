package dev.juxta.cli;

import dev.juxta.Ranked;
import dev.juxta.Ranking;
import dev.juxta.ScoringModel;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Rankings for people, as tables; where there are many queries, under each query's text. */
final class RankingTables implements RankingView {

    private final Session session;
    private final List<Document> documents;
    private final ScoringModel scorer;
    private final QueryHeadings headings;

    RankingTables(Session session, List<Document> documents, ScoringModel scorer, boolean many) {
        this.scorer = scorer;
        this.session = session;
        this.documents = documents;
        this.headings = new QueryHeadings(session, many);
    }

    @Override
    public void print(Query query, Ranking ranking) throws IOException {
        headings.print(query);
        if (ranking.isEmpty()) {
            session.tell("no document reaches --min-score");
        } else {
            session.print(table(ranking));
            if (ScoreFields.noneMatches(ranking, scorer)) {
                session.tell(String.format(
                        Locale.ROOT,
                        "no document is a good match: the best score is %.4f, and this model's good ones begin at %.4f",
                        ranking.get(0).score().value(),
                        scorer.info().noMatchBelow().orElseThrow()));
            }
        }
        if (ranking.unscored() > 0) {
            session.tell("the budget ended before " + ranking.unscored() + " of " + ranking.candidates()
                    + " documents were scored");
        }
    }

    private Table table(Ranking ranking) {
        boolean ids = documents.stream().anyMatch(document -> document.id().isPresent());
        boolean cut = ranking.stream().anyMatch(ranked -> ranked.score().truncated() > 0);
        boolean texts = ranking.stream().anyMatch(ranked -> ranked.document().isPresent());
        List<Column> columns = new ArrayList<>(List.of(
                new Column("rank", Kind.NUMBER), new Column("score", Kind.SCORE), new Column("index", Kind.NUMBER)));
        if (ids) {
            columns.add(new Column("id", Kind.NAME));
        }
        if (cut) {
            columns.add(new Column("cut", Kind.NUMBER));
        }
        if (texts) {
            columns.add(new Column("text", Kind.TEXT));
        }
        Table table = new Table(columns);
        for (Ranked ranked : ranking) {
            List<String> row = new ArrayList<>(List.of(
                    Integer.toString(ranked.rank()),
                    ScoreFields.shown(ranked.score().value()),
                    Integer.toString(ranked.index())));
            if (ids) {
                row.add(documents
                        .get(ranked.index())
                        .id()
                        .map(JsonNode::asString)
                        .orElse(""));
            }
            if (cut) {
                row.add(Integer.toString(ranked.score().truncated()));
            }
            ranked.document().ifPresent(row::add);
            table.row(row);
        }
        return table;
    }
}
