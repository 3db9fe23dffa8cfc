package dev.juxta.cli;

import dev.juxta.search.ContextPacker.Context;
import dev.juxta.search.Passage;
import dev.juxta.search.PipelineResult;
import dev.juxta.search.PipelineResult.Found;
import dev.juxta.search.PipelineResult.Placing;
import dev.juxta.search.PipelineResult.StageReport;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Search results for programs, one object per query.
 *
 * @param session where they are printed
 */
record JsonSearch(Session session) implements SearchView {

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_MILLI = 1e3;

    @Override
    public void print(Query query, List<Passage> passages, PipelineResult result, boolean explain) throws IOException {
        ObjectNode object = object(query);
        ArrayNode results = object.putArray("results");
        for (int i = 0; i < passages.size(); i++) {
            Found found = result.found().get(i);
            ObjectNode entry = results.addObject();
            entry.put("rank", i + 1);
            put(entry, passages.get(i));
            entry.put("score", found.hit().score());
            entry.put("text", passages.get(i).text());
            if (explain) {
                ArrayNode stages = entry.putArray("stages");
                for (Placing placing : found.placings()) {
                    ObjectNode stage = stages.addObject();
                    stage.put("stage", placing.stage());
                    stage.put("rank", placing.rank());
                    stage.put("score", placing.score());
                    stage.put("truncated", placing.truncated());
                }
            }
        }
        end(object, result);
    }

    @Override
    public void print(Query query, Context context, PipelineResult result) throws IOException {
        ObjectNode object = object(query);
        object.put("context", context.text());
        object.put("tokens", context.tokens());
        object.put("duplicates", context.duplicates());
        object.put("too_long", context.tooLong());
        ArrayNode citations = object.putArray("citations");
        for (Passage passage : context.passages()) {
            ObjectNode entry = citations.addObject();
            entry.put("number", citations.size());
            put(entry, passage);
        }
        end(object, result);
    }

    private static ObjectNode object(Query query) {
        ObjectNode object = Json.object();
        query.id().ifPresent(id -> object.set("id", id));
        object.put("query", query.text());
        return object;
    }

    private static void put(ObjectNode entry, Passage passage) {
        entry.put("id", passage.id());
        passage.origin().ifPresent(origin -> {
            entry.put("file", origin.file());
            if (origin.line() > 0) {
                entry.put("line", origin.line());
            }
            if (origin.page() > 0) {
                entry.put("page", origin.page());
            }
            entry.put("begin", origin.begin());
            entry.put("end", origin.end());
        });
        entry.put("heading", passage.heading());
    }

    private void end(ObjectNode object, PipelineResult result) throws IOException {
        ArrayNode stages = object.putArray("stages");
        for (StageReport report : result.stages()) {
            ObjectNode stage = stages.addObject();
            stage.put("stage", report.stage());
            stage.put("in", report.in());
            stage.put("out", report.out());
            stage.put("unscored", report.unscored());
            stage.put("ms", Math.round(report.time().toNanos() / NANOS_PER_MICRO) / MICROS_PER_MILLI);
        }
        session.out().line(Json.line(object));
    }
}
