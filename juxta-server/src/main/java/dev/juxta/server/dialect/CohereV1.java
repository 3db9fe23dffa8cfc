package dev.juxta.server.dialect;

import dev.juxta.LongInput;
import dev.juxta.server.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Cohere's API, version 1: {@code POST /v1/rerank}. As version 2, but documents may be objects, of which
 * {@code rank_fields} are read in that order, and {@code return_documents} gives them back. It claims what only it has.
 */
final class CohereV1 implements Dialect {

    @Override
    public String name() {
        return "cohere";
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.post(
                List.of("/v1/rerank"), body -> body.hasAny("rank_fields", "max_chunks_per_doc"), CohereV1::rerank));
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        body.integer("max_chunks_per_doc", 1, Integer.MAX_VALUE);
        OptionalInt top = body.integer("top_n", 1, Integer.MAX_VALUE);
        boolean returned = body.flag("return_documents", false);
        Rerank asked = new Rerank(CohereV2.query(body), documents(body), LongInput.TRUNCATE);
        ServedModel model = call.model(body.optionalText("model"));
        return call.score(model, asked.pairs(call, model)).thenApply(scored -> {
            ObjectNode answer = Json.object().put("id", call.id());
            ArrayNode results = answer.putArray("results");
            for (int index : scored.order(top)) {
                ObjectNode result = results.addObject().put("index", index);
                result.put("relevance_score", scored.unit(index));
                if (returned) {
                    JsonNode document = body.node("documents").get(index);
                    result.set(
                            "document",
                            document.isObject() ? document : Json.object().put("text", document.asString()));
                }
                scored.detail(result, index);
            }
            CohereV2.meta(answer, "1", asked.documents().size());
            return Answer.ok(answer);
        });
    }

    private static List<String> documents(Fields body) {
        if (!body.has("rank_fields")) {
            return CohereV2.documents(body);
        }
        List<String> fields = body.texts("rank_fields");
        List<String> texts = new ArrayList<>();
        for (JsonNode document : body.node("documents")) {
            if (!document.isObject()) {
                texts.add(document.asString());
                continue;
            }
            StringBuilder text = new StringBuilder();
            for (String field : fields) {
                JsonNode value = document.path(field);
                if (!value.isString()) {
                    throw Fields.wrong("documents[" + texts.size() + "]." + field, "a string", value);
                }
                text.append(text.isEmpty() ? "" : "\n").append(value.stringValue());
            }
            texts.add(text.toString());
        }
        return texts.isEmpty() ? CohereV2.documents(body) : texts;
    }

    @Override
    public Answer problem(Problem problem, String id) {
        return CohereV2.envelope(problem, id);
    }
}
