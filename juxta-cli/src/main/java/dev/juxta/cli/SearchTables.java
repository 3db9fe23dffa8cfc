package dev.juxta.cli;

import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import dev.juxta.search.ContextPacker.Context;
import dev.juxta.search.Passage;
import dev.juxta.search.PipelineResult;
import dev.juxta.search.PipelineResult.Placing;
import dev.juxta.search.PipelineResult.StageReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Search results for people; where there are many queries, under each query's text. */
final class SearchTables implements SearchView {

    private final Session session;
    private final QueryHeadings headings;

    SearchTables(Session session, boolean many) {
        this.session = session;
        this.headings = new QueryHeadings(session, many);
    }

    @Override
    public void print(Query query, List<Passage> passages, PipelineResult result, boolean explain) throws IOException {
        headings.print(query);
        if (passages.isEmpty()) {
            session.tell("nothing was found");
        } else {
            session.print(table(passages, result, explain));
        }
        tellUnscored(result);
        if (explain) {
            for (StageReport report : result.stages()) {
                session.out()
                        .line(String.format(
                                Locale.ROOT,
                                "%s: %d in, %d out, %.1f ms",
                                report.stage(),
                                report.in(),
                                report.out(),
                                report.time().toNanos() / 1e6));
            }
        }
    }

    @Override
    public void print(Query query, Context context, PipelineResult result) throws IOException {
        headings.print(query);
        if (context.passages().isEmpty()) {
            session.tell(
                    context.tooLong() == 0 ? "nothing was found" : "no passage fits into --context-tokens; raise it");
        } else {
            for (String line : context.text().split("\n", -1)) {
                session.out().line(session.terminal().out() ? DisplayText.line(line) : line);
            }
        }
        tellUnscored(result);
    }

    private void tellUnscored(PipelineResult result) {
        for (StageReport report : result.stages()) {
            if (report.unscored() > 0) {
                session.tell("the budget ended before " + report.unscored() + " of " + report.in()
                        + " candidates were scored");
            }
        }
    }

    /** Where a passage is from; of a long path its end, which says where. */
    private static String place(Passage passage) {
        String place = passage.origin()
                .map(origin -> origin.place() + ":" + origin.begin())
                .orElse(passage.id());
        int points = place.codePointCount(0, place.length());
        return points <= Table.WIDEST_NAME
                ? place
                : "…" + place.substring(place.offsetByCodePoints(0, points - Table.WIDEST_NAME + 1));
    }

    private static Table table(List<Passage> passages, PipelineResult result, boolean explain) {
        List<Column> columns =
                new ArrayList<>(List.of(new Column("rank", Kind.NUMBER), new Column("score", Kind.SCORE)));
        if (explain) {
            for (Placing placing : result.found().get(0).placings()) {
                columns.add(new Column(placing.stage(), Kind.NUMBER));
            }
        }
        columns.add(new Column("from", Kind.NAME));
        columns.add(new Column("passage", Kind.TEXT));
        Table table = new Table(columns);
        for (int i = 0; i < passages.size(); i++) {
            List<String> cells = new ArrayList<>(List.of(
                    Integer.toString(i + 1),
                    String.format(
                            Locale.ROOT, "%.3f", result.found().get(i).hit().score())));
            if (explain) {
                result.found().get(i).placings().forEach(placing -> cells.add(Integer.toString(placing.rank())));
            }
            cells.add(place(passages.get(i)));
            cells.add(passages.get(i).reading());
            table.row(cells);
        }
        return table;
    }
}
