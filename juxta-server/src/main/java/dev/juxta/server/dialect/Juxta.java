package dev.juxta.server.dialect;

import dev.juxta.LongInput;
import dev.juxta.ModelInfo;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.model.ServedModel;
import dev.juxta.server.queue.Done;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the server says in its own words, for the page at {@code /} and for whoever wants to know everything:
 * {@code POST /juxta/v1/rank} and {@code GET /juxta/v1/models}. Administrators load models by
 * {@code POST /juxta/v1/models} and unload them by {@code DELETE /juxta/v1/models/NAME}.
 */
final class Juxta implements Dialect {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final String MODELS = "/juxta/v1/models/";
    private static final Duration LONGEST_UNLOAD = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "juxta";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post(List.of("/juxta/v1/rank"), body -> true, Juxta::rank),
                Route.get("/juxta/v1/models", Juxta::models),
                Route.post(List.of("/juxta/v1/models"), body -> true, Juxta::load),
                new Route("DELETE", List.of(MODELS + "*"), body -> true, Juxta::unload));
    }

    private static CompletableFuture<Answer> rank(Call call) {
        Fields body = call.body();
        OptionalInt top = body.integer("top_k", 1, Integer.MAX_VALUE);
        String query = body.text("query");
        List<String> documents = body.documents("documents");
        if (documents.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "\"documents\" is empty; give at least one");
        }
        ServedModel model = call.model(body.optionalText("model"));
        LongInput onLong;
        try {
            onLong = LongInput.parse(body.optionalText("on_long").orElse("truncate"));
        } catch (IllegalArgumentException e) {
            throw Problem.of(Kind.INVALID, "\"on_long\": " + e.getMessage());
        }
        Rerank asked = new Rerank(query, documents, onLong);
        int explained = body.integer("explain", 0, Call.MOST_EXPLAINED).orElse(0);
        return call.score(model, asked.pairs(call, model), explained).thenApply(scored -> answer(call, scored, top));
    }

    private static Answer answer(Call call, Scored scored, OptionalInt top) {
        ObjectNode answer = Json.object().put("id", call.id());
        answer.set("model", describe(scored.model()));
        ArrayNode results = answer.putArray("results");
        int rank = 1;
        for (int index : scored.order(top)) {
            ObjectNode result = results.addObject().put("rank", rank++).put("index", index);
            result.put("score", scored.value(index)).put("sigmoid", scored.unit(index));
            scored.more(result, index);
        }
        answer.put("tokens", scored.tokens()).put("truncated", scored.truncated());
        Done.Times times = scored.done().times();
        answer.putObject("milliseconds")
                .put("reading", times.reading() / NANOS_PER_MILLI)
                .put("waiting", times.waiting() / NANOS_PER_MILLI)
                .put("computing", times.computing() / NANOS_PER_MILLI);
        return Answer.ok(answer);
    }

    private static CompletableFuture<Answer> models(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode models = answer.putArray("models");
        call.models().all().forEach(model -> models.add(describe(model)));
        answer.putArray("on_long").add("truncate").add("chunk").add("fail");
        answer.put("max_documents", call.facts().maxDocuments());
        answer.put("version", call.facts().version());
        return CompletableFuture.completedFuture(Answer.ok(answer));
    }

    /** Loads {@code source} under {@code name}; for administrators. */
    private static CompletableFuture<Answer> load(Call call) {
        String source = call.body().text("source");
        String name = call.body().optionalText("name").orElse(source);
        if (name.isBlank() || (name.contains("/") && !name.equals(source))) {
            throw Fields.wrong("name", "a name without slashes", call.body().node("name"));
        }
        return call.administer(() -> {
            try {
                return Answer.ok(describe(call.models().load(name, source)));
            } catch (IOException | IllegalArgumentException e) {
                throw Problem.of(Kind.INVALID, String.valueOf(e.getMessage()));
            }
        });
    }

    /** Takes a model out of service once its requests are answered; for administrators. */
    private static CompletableFuture<Answer> unload(Call call) {
        String name = call.path().substring(call.path().indexOf(MODELS) + MODELS.length());
        return call.administer(() -> {
            if (!call.models().unload(name, LONGEST_UNLOAD)) {
                throw Problem.of(Kind.NO_MODEL, "There is no model \"" + name + "\"");
            }
            return Answer.ok(Json.object().put("unloaded", name));
        });
    }

    private static ObjectNode describe(ServedModel model) {
        ModelInfo info = model.info();
        ObjectNode object = Json.object().put("name", model.name()).put("source", model.source());
        object.put("architecture", info.architecture()).put("parameters", info.parameters());
        object.put("max_length", info.maxLength())
                .put("activation", info.activation().toString());
        ArrayNode labels = object.putArray("labels");
        info.labels().forEach(labels::add);
        object.put("ranks", model.ranks()).put("embeds", model.embeds());
        object.put("calibrated", info.calibrated());
        object.put("engine", info.engine()).put("precision", info.precision().toString());
        info.noMatchBelow().ifPresent(least -> object.put("no_match_below", least));
        return object.put("threads", info.threads());
    }

    @Override
    public Answer problem(Problem problem, String id) {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("kind", problem.kind().name().toLowerCase(Locale.ROOT))
                .put("message", problem.sentence())
                .put("id", id);
        return Answer.problem(problem.kind().status(), body);
    }
}
