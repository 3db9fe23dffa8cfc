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
 * Jina's API: {@code POST /v1/rerank}. Scores are from 0 to 1, long documents are cut, and documents are returned unless
 * {@code return_documents} is false. Its paths are those of Cohere's version 1, Xinference and llama.cpp too, whose clients
 * often send nothing to tell them apart; so its answer also has what these cannot do without ({@code id}, {@code object},
 * {@code meta}), which Jina's own clients pass over.
 */
final class Jina implements Dialect {

    @Override
    public String name() {
        return "jina";
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post(List.of("/v1/rerank", "/rerank"), body -> true, Jina::rerank));
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        OptionalInt top = body.integer("top_n", 1, Integer.MAX_VALUE);
        boolean returned = body.flag("return_documents", true);
        String query = body.textOrObject("query");
        List<String> documents = body.documents("documents");
        if (query.isBlank()) {
            throw Problem.of(Kind.EMPTY, "query must not be blank");
        }
        if (documents.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "documents must not be empty");
        }
        Rerank asked = new Rerank(query, documents, LongInput.TRUNCATE);
        ServedModel model = call.model(body.optionalText("model"));
        return call.score(model, asked.pairs(call, model)).thenApply(scored -> {
            ObjectNode answer = Json.object().put("id", call.id());
            answer.put("model", model.name()).put("object", "list");
            answer.set("usage", Usage.of(scored.tokens()));
            ArrayNode results = answer.putArray("results");
            for (int index : scored.order(top)) {
                ObjectNode result = results.addObject().put("index", index);
                result.put("relevance_score", scored.unit(index));
                if (returned) {
                    result.putObject("document").put("text", documents.get(index));
                }
                scored.detail(result, index);
            }
            CohereV2.meta(answer, "1", documents.size());
            return Answer.ok(answer);
        });
    }

    @Override
    public Answer problem(Problem problem, String id) {
        return detail(problem);
    }

    /** {@code {"detail"}}, as FastAPI has it: 422 for a body that is wrong. */
    static Answer detail(Problem problem) {
        int status = switch (problem.kind()) {
            case MALFORMED, INVALID, EMPTY, TOO_MANY -> 422;
            default -> problem.kind().status();
        };
        return Answer.problem(status, Json.object().put("detail", problem.sentence()));
    }
}
