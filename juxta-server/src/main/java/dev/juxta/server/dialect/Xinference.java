package dev.juxta.server.dialect;

import dev.juxta.LongInput;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.model.ServedModel;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Xinference's API: {@code POST /v1/rerank}, known by {@code return_len}. Scores are the values after the checkpoint's own
 * activation, long documents are cut, a document that is not asked for is null, and {@code meta} is always there.
 */
final class Xinference implements Dialect {

    @Override
    public String name() {
        return "xinference";
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post(List.of("/v1/rerank"), body -> body.has("return_len"), Xinference::rerank));
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        OptionalInt top = body.integer("top_n", 1, Integer.MAX_VALUE);
        boolean returned = body.flag("return_documents", false);
        boolean counted = body.flag("return_len", false);
        List<String> documents = body.texts("documents");
        if (documents.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "documents must not be empty");
        }
        Rerank asked = new Rerank(body.text("query"), documents, LongInput.TRUNCATE);
        ServedModel model = call.model(body.optionalText("model"));
        return call.score(model, asked.pairs(call, model)).thenApply(scored -> {
            ObjectNode answer = Json.object().put("id", call.id());
            ArrayNode results = answer.putArray("results");
            for (int index : scored.order(top)) {
                ObjectNode result = results.addObject().put("index", index);
                result.put("relevance_score", scored.value(index));
                if (returned) {
                    result.putObject("document").put("text", documents.get(index));
                } else {
                    result.putNull("document");
                }
                scored.detail(result, index);
            }
            ObjectNode meta = answer.putObject("meta").putNull("api_version").putNull("billed_units");
            if (counted) {
                meta.putObject("tokens").put("input_tokens", scored.tokens()).put("output_tokens", scored.tokens());
            } else {
                meta.putNull("tokens");
            }
            meta.putNull("warnings");
            return Answer.ok(answer);
        });
    }

    @Override
    public Answer problem(Problem problem, String id) {
        return Answer.problem(problem.kind().status(), Json.object().put("detail", problem.sentence()));
    }
}
