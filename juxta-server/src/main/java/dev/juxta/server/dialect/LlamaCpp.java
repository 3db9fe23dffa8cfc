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
 * llama.cpp's server: {@code /reranking}, {@code /v1/reranking}, and under its prefix {@code /rerank} and
 * {@code /v1/rerank} too. Scores are logits, and a pair that is too long is an error. A body with {@code texts} instead of
 * {@code documents} gets text-embeddings-inference's bare list.
 */
final class LlamaCpp implements Dialect {

    @Override
    public String name() {
        return "llamacpp";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post(List.of("/reranking", "/v1/reranking"), body -> true, LlamaCpp::rerank),
                Route.post(List.of("/rerank", "/v1/rerank"), body -> false, LlamaCpp::rerank));
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        boolean bare = body.has("texts");
        String query = body.text("query");
        List<String> documents = body.texts(bare ? "texts" : "documents");
        if (documents.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "\"documents\" must be a non-empty string array");
        }
        OptionalInt top = body.integer("top_n", 1, Integer.MAX_VALUE);
        boolean returned = body.flag("return_text", false);
        Rerank asked = new Rerank(query, documents, LongInput.FAIL);
        ServedModel model = call.model(body.optionalText("model"));
        return call.score(model, asked.pairs(call, model)).thenApply(scored -> {
            ArrayNode results = Json.array();
            for (int index : scored.order(top)) {
                ObjectNode result = results.addObject().put("index", index);
                result.put(
                        bare ? "score" : "relevance_score", scored.score(index).logit());
                if (bare && returned) {
                    result.put("text", documents.get(index));
                }
                scored.detail(result, index);
            }
            if (bare) {
                return Answer.ok(results);
            }
            ObjectNode answer = Json.object().put("model", model.name()).put("object", "list");
            answer.set("usage", Usage.of(scored.tokens()));
            answer.set("results", results);
            return Answer.ok(answer);
        });
    }

    @Override
    public Answer problem(Problem problem, String id) {
        int status = problem.kind().status();
        String type = switch (problem.kind()) {
            case UNAUTHORIZED -> "authentication_error";
            case FORBIDDEN -> "permission_error";
            case NO_PATH, NO_MODEL -> "not_found_error";
            case TOO_LONG -> "exceed_context_size_error";
            case UNSUPPORTED -> "not_supported_error";
            case INTERNAL -> "server_error";
            case OVERLOADED, UNAVAILABLE, TIMEOUT -> "unavailable_error";
            default -> "invalid_request_error";
        };
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("code", status)
                .put("message", problem.sentence())
                .put("type", type);
        return Answer.problem(status, body);
    }
}
