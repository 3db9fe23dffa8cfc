package dev.juxta.server.dialect;

import dev.juxta.LongInput;
import dev.juxta.TextPair;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.model.PairsToScore;
import dev.juxta.server.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * vLLM's API: {@code /score} (in input order), {@code /rerank}, {@code /v1/rerank}, {@code /v2/rerank}, and the list of
 * models. Scores are the values after the checkpoint's own activation, or logits if {@code use_activation} is false. A pair
 * that is too long is an error unless {@code truncate_prompt_tokens} says how much to keep, −1 for what the model reads.
 */
final class Vllm implements Dialect {

    private static final List<String> OWN_FIELDS =
            List.of("truncate_prompt_tokens", "use_activation", "activation", "mm_processor_kwargs");
    private static final long MILLIS = 1000;

    @Override
    public String name() {
        return "vllm";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post(List.of("/score", "/v1/score"), body -> true, Vllm::score),
                Route.post(
                        List.of("/rerank", "/v1/rerank", "/v2/rerank"),
                        body -> OWN_FIELDS.stream().anyMatch(body::has),
                        Vllm::rerank),
                Route.get("/v1/models", Vllm::models));
    }

    private static CompletableFuture<Answer> score(Call call) {
        Fields body = call.body();
        boolean queries = body.has("queries");
        String left = queries ? "queries" : body.has("data_1") ? "data_1" : "text_1";
        String right = queries ? "documents" : body.has("data_2") ? "data_2" : "text_2";
        List<TextPair> pairs = pairs(texts(body, left), texts(body, right), left, right);
        if (pairs.size() > call.facts().maxDocuments()) {
            throw Rerank.tooMany(pairs.size(), call.facts().maxDocuments());
        }
        ServedModel model = call.model(body.optionalText("model"));
        if (!model.ranks()) {
            throw Problem.of(Kind.UNSUPPORTED, "Score API is only enabled for models of one label");
        }
        boolean activated = activated(body);
        return call.score(model, work(call, body, model, pairs)).thenApply(scored -> {
            ObjectNode answer = Json.object().put("id", "score-" + call.id());
            answer.put("object", "list").put("created", System.currentTimeMillis() / MILLIS);
            answer.put("model", model.name());
            ArrayNode data = answer.putArray("data");
            for (int i = 0; i < pairs.size(); i++) {
                ObjectNode result = data.addObject().put("index", i).put("object", "score");
                result.put(
                        "score", activated ? scored.value(i) : scored.score(i).logit());
                scored.detail(result, i);
            }
            answer.set("usage", usage(scored));
            return Answer.ok(answer);
        });
    }

    private static boolean activated(Fields body) {
        return body.flag("use_activation", body.flag("activation", true));
    }

    private static List<String> texts(Fields body, String name) {
        JsonNode value = body.node(name);
        List<String> texts = value.isString() ? List.of(value.stringValue()) : body.texts(name);
        if (texts.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "At least one " + name + " element must be given");
        }
        return texts;
    }

    /** One to many, or one to one. */
    private static List<TextPair> pairs(List<String> left, List<String> right, String leftName, String rightName) {
        if (left.size() > 1 && left.size() != right.size()) {
            throw Problem.of(
                    Kind.INVALID,
                    "\"" + leftName + "\" has " + left.size() + " texts and \"" + rightName + "\" " + right.size()
                            + "; the first must have one, or as many as the second");
        }
        List<TextPair> pairs = new ArrayList<>();
        for (int i = 0; i < right.size(); i++) {
            pairs.add(new TextPair(left.get(left.size() == 1 ? 0 : i), right.get(i)));
        }
        return pairs;
    }

    private static PairsToScore work(Call call, Fields body, ServedModel model, List<TextPair> pairs) {
        OptionalInt kept = body.integer("truncate_prompt_tokens", -1, Integer.MAX_VALUE);
        int most = model.info().maxLength();
        OptionalInt shorter =
                kept.isPresent() && kept.getAsInt() >= 0 && kept.getAsInt() < most ? kept : OptionalInt.empty();
        return new PairsToScore(pairs, call.onLong(kept.isPresent() ? LongInput.TRUNCATE : LongInput.FAIL), shorter);
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        OptionalInt top = body.integer("top_n", 0, Integer.MAX_VALUE);
        List<String> documents = body.documents("documents");
        if (documents.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "At least one document must be given");
        }
        ServedModel model = call.model(body.optionalText("model"));
        Rerank asked = new Rerank(body.text("query"), documents, LongInput.FAIL);
        boolean activated = activated(body);
        List<TextPair> pairs = asked.pairs(call, model).pairs();
        return call.score(model, work(call, body, model, pairs)).thenApply(scored -> {
            ObjectNode answer = Json.object().put("id", "rerank-" + call.id()).put("model", model.name());
            answer.set("usage", usage(scored));
            ArrayNode results = answer.putArray("results");
            for (int index : scored.order(top.isPresent() && top.getAsInt() == 0 ? OptionalInt.empty() : top)) {
                ObjectNode result = results.addObject().put("index", index);
                result.putObject("document").put("text", documents.get(index));
                result.put(
                        "relevance_score",
                        activated ? scored.value(index) : scored.score(index).logit());
                scored.detail(result, index);
            }
            return Answer.ok(answer);
        });
    }

    private static ObjectNode usage(Scored scored) {
        return Usage.of(scored.tokens()).put("completion_tokens", 0).putNull("prompt_tokens_details");
    }

    private static CompletableFuture<Answer> models(Call call) {
        ObjectNode answer = Json.object().put("object", "list");
        ArrayNode data = answer.putArray("data");
        for (ServedModel model : call.models().all()) {
            data.addObject()
                    .put("id", model.name())
                    .put("object", "model")
                    .put("created", 0)
                    .put("owned_by", "juxta")
                    .put("root", model.source())
                    .put("max_model_len", model.info().maxLength());
        }
        return CompletableFuture.completedFuture(Answer.ok(answer));
    }

    @Override
    public Answer problem(Problem problem, String id) {
        int status = problem.kind().status();
        String type = switch (problem.kind()) {
            case NO_MODEL, NO_PATH -> "NotFoundError";
            case UNAUTHORIZED -> "AuthenticationError";
            case OVERLOADED -> "RateLimitError";
            case INTERNAL, UNAVAILABLE, TIMEOUT -> "InternalServerError";
            default -> "BadRequestError";
        };
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", problem.sentence())
                .put("type", type)
                .putNull("param")
                .put("code", status);
        return Answer.problem(status, body);
    }
}
