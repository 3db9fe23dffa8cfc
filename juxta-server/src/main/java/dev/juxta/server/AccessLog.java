package dev.juxta.server;

import dev.juxta.server.dialect.Json;
import dev.juxta.server.dialect.Scored;
import dev.juxta.server.http.Request;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line of JSON for each request, without texts unless asked.
 *
 * @param lines gets the lines; any thread may call it
 * @param withTexts whether queries and documents are told
 */
record AccessLog(Consumer<String> lines, boolean withTexts) {

    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * What is told of a request.
     *
     * @param caller who asked, if that is known
     * @param dialect of the answer
     */
    record Entry(
            Request request,
            Trace trace,
            String caller,
            String dialect,
            int status,
            int bytes,
            long nanos,
            Optional<Scored> scored,
            Optional<String> problem) {}

    void tell(Entry entry) {
        ObjectNode line = Json.object().put("time", Instant.now().toString());
        line.put("id", entry.trace().id()).put("trace", entry.trace().traceId());
        line.put("remote", entry.request().remote()).put("caller", entry.caller());
        line.put("method", entry.request().method()).put("path", entry.request().path());
        line.put("dialect", entry.dialect()).put("status", entry.status());
        line.put("ms", millis(entry.nanos()));
        line.put("in", entry.request().body().length).put("out", entry.bytes());
        entry.scored().ifPresent(scored -> tell(line, scored));
        entry.problem().ifPresent(problem -> line.put("problem", problem));
        lines.accept(new String(Json.write(line), StandardCharsets.UTF_8));
    }

    private void tell(ObjectNode line, Scored scored) {
        line.put("model", scored.model().name()).put("pairs", scored.pairs().size());
        line.put("tokens", scored.tokens()).put("truncated", scored.truncated());
        line.put("reading_ms", millis(scored.done().times().reading()));
        line.put("waiting_ms", millis(scored.done().times().waiting()));
        line.put("computing_ms", millis(scored.done().times().computing()));
        if (withTexts) {
            ArrayNode texts = line.putArray("texts");
            scored.pairs().forEach(pair -> texts.addArray().add(pair.first()).add(pair.second()));
        }
    }

    private static double millis(long nanos) {
        return Math.round(nanos / NANOS_PER_MILLI * 100) / 100.0;
    }
}
