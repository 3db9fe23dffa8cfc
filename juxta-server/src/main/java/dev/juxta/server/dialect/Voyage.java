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
 * Voyage AI's API: {@code POST /v1/rerank}, known by {@code top_k} or {@code truncation}, which no other has. Scores are
 * from 0 to 1, documents come back as plain strings, at most 1,000 are taken, and {@code "truncation": false} makes a pair
 * that is too long an error.
 */
final class Voyage implements Dialect {

    private static final int MOST_DOCUMENTS = 1000;

    @Override
    public String name() {
        return "voyage";
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post(
                List.of("/v1/rerank", "/rerank"), body -> body.hasAny("top_k", "truncation"), Voyage::rerank));
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        OptionalInt top = body.integer("top_k", 1, Integer.MAX_VALUE);
        boolean returned = body.flag("return_documents", false);
        LongInput onLong = body.flag("truncation", true) ? LongInput.TRUNCATE : LongInput.FAIL;
        String query = body.text("query");
        List<String> documents = body.texts("documents");
        if (query.isBlank() || documents.isEmpty()) {
            throw Problem.of(Kind.EMPTY, (query.isBlank() ? "\"query\"" : "\"documents\"") + " must not be empty");
        }
        if (documents.size() > MOST_DOCUMENTS) {
            throw Rerank.tooMany(documents.size(), MOST_DOCUMENTS);
        }
        Rerank asked = new Rerank(query, documents, onLong);
        ServedModel model = call.model(body.optionalText("model"));
        return call.score(model, asked.pairs(call, model)).thenApply(scored -> {
            ObjectNode answer = Json.object().put("object", "list");
            ArrayNode data = answer.putArray("data");
            for (int index : scored.order(top)) {
                ObjectNode result = data.addObject().put("relevance_score", scored.unit(index));
                result.put("index", index);
                if (returned) {
                    result.put("document", documents.get(index));
                }
                scored.detail(result, index);
            }
            answer.put("model", model.name());
            answer.putObject("usage").put("total_tokens", scored.tokens());
            return Answer.ok(answer);
        });
    }

    @Override
    public Answer problem(Problem problem, String id) {
        return Answer.problem(problem.kind().status(), Json.object().put("detail", problem.sentence()));
    }
}
