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
 * Cohere's API, version 2: {@code POST /v2/rerank}. Scores are from 0 to 1, documents are never returned, and long ones
 * are cut. {@code priority} and {@code max_tokens_per_doc} are checked; the first has no effect, the second none beyond
 * what the model reads.
 */
final class CohereV2 implements Dialect {

    private static final int DOCUMENTS_PER_UNIT = 100;
    private static final int HIGHEST_PRIORITY = 999;

    @Override
    public String name() {
        return "cohere";
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post(List.of("/v2/rerank"), body -> true, CohereV2::rerank));
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        body.integer("priority", 0, HIGHEST_PRIORITY);
        body.integer("max_tokens_per_doc", 1, Integer.MAX_VALUE);
        OptionalInt top = body.integer("top_n", 1, Integer.MAX_VALUE);
        Rerank asked = new Rerank(query(body), documents(body), LongInput.TRUNCATE);
        ServedModel model = call.model(body.optionalText("model"));
        return call.score(model, asked.pairs(call, model)).thenApply(scored -> {
            ObjectNode answer = Json.object().put("id", call.id());
            ArrayNode results = answer.putArray("results");
            for (int index : scored.order(top)) {
                ObjectNode result = results.addObject().put("index", index);
                result.put("relevance_score", scored.unit(index));
                scored.detail(result, index);
            }
            meta(answer, "2", asked.documents().size());
            return Answer.ok(answer);
        });
    }

    /** The query, or what Cohere says where it is blank. */
    static String query(Fields body) {
        String query = body.text("query");
        if (query.isBlank()) {
            throw Problem.of(Kind.EMPTY, "query must not be empty or be only whitespace");
        }
        return query;
    }

    /** The documents, or what Cohere says where there are none. */
    static List<String> documents(Fields body) {
        List<String> documents = body.documents("documents");
        if (documents.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "list of documents must not be empty");
        }
        return documents;
    }

    /** What clients of Cohere read beside the results; a search unit is 100 documents. */
    static void meta(ObjectNode answer, String version, int documents) {
        ObjectNode meta = answer.putObject("meta");
        meta.putObject("api_version").put("version", version).put("is_experimental", false);
        meta.putObject("billed_units").put("search_units", (documents + DOCUMENTS_PER_UNIT - 1) / DOCUMENTS_PER_UNIT);
    }

    @Override
    public Answer problem(Problem problem, String id) {
        return envelope(problem, id);
    }

    /** {@code {"message", "id"}}. */
    static Answer envelope(Problem problem, String id) {
        ObjectNode body = Json.object().put("message", problem.sentence()).put("id", id);
        return Answer.problem(problem.kind().status(), body);
    }
}
