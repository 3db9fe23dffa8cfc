package dev.juxta.server.dialect;

import dev.juxta.EmbedOptions;
import dev.juxta.Embedding;
import dev.juxta.LongInput;
import dev.juxta.ModelInfo;
import dev.juxta.Prompt;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.model.OutputActivation;
import dev.juxta.ops.Pooling;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.model.PairsToScore;
import dev.juxta.server.model.ServedModel;
import dev.juxta.server.queue.Done;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hugging Face's text-embeddings-inference (version 1.9): {@code /rerank} (known by {@code texts}), {@code /predict},
 * {@code /embed}, {@code /info}. Answers are bare lists; one label gives a sigmoid, several a softmax, and
 * {@code raw_scores} the logits; long texts are cut unless {@code truncate} is false. Elasticsearch's names
 * ({@code documents}, {@code return_documents}) are understood. The times are in headers.
 */
final class TextEmbeddingsInference implements Dialect {

    private static final double NANOS_PER_MILLI = 1e6;

    @Override
    public String name() {
        return "tei";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post(List.of("/rerank"), body -> body.has("texts"), TextEmbeddingsInference::rerank),
                Route.post(List.of("/predict"), body -> true, TextEmbeddingsInference::predict),
                Route.post(List.of("/embed"), body -> true, TextEmbeddingsInference::embed),
                Route.get("/info", TextEmbeddingsInference::info));
    }

    private static CompletableFuture<Answer> rerank(Call call) {
        Fields body = call.body();
        String query = body.text("query");
        List<String> texts = body.texts(body.has("documents") && !body.has("texts") ? "documents" : "texts");
        if (texts.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "`texts` cannot be empty");
        }
        boolean raw = body.flag("raw_scores", false);
        boolean returned = body.flag("return_text", body.flag("return_documents", false));
        Rerank asked = new Rerank(query, texts, onLong(body));
        ServedModel model = call.model(Optional.empty());
        return call.score(model, asked.pairs(call, model)).thenApply(scored -> {
            ArrayNode answer = Json.array();
            for (int index : scored.order(OptionalInt.empty())) {
                ObjectNode result = answer.addObject().put("index", index);
                if (returned) {
                    result.put("text", texts.get(index));
                }
                result.put("score", raw ? scored.score(index).logit() : scored.unit(index));
                scored.detail(result, index);
            }
            return new Answer(200, answer, times(scored.done(), scored.tokens(), characters(scored.pairs())));
        });
    }

    private static LongInput onLong(Fields body) {
        Optional<String> direction = body.optionalText("truncation_direction");
        if (direction.isPresent()
                && !List.of("left", "right").contains(direction.get().toLowerCase(Locale.ROOT))) {
            throw Fields.wrong("truncation_direction", "\"Left\" or \"Right\"", body.node("truncation_direction"));
        }
        boolean left = direction.isPresent() && direction.get().equalsIgnoreCase("left");
        if (left && body.flag("truncate", true)) {
            throw Problem.of(
                    Kind.INVALID,
                    "\"truncation_direction\" \"Left\" is not supported: texts are cut at their end; send \"Right\", or"
                            + " \"truncate\": false");
        }
        return body.flag("truncate", true) ? LongInput.TRUNCATE : LongInput.FAIL;
    }

    private static CompletableFuture<Answer> predict(Call call) {
        Fields body = call.body();
        JsonNode inputs = body.node("inputs");
        boolean one = inputs.isArray() && !inputs.isEmpty() && inputs.get(0).isString();
        List<TextPair> pairs = one ? List.of(pair("inputs", inputs)) : pairs(inputs);
        boolean raw = body.flag("raw_scores", false);
        LongInput onLong = call.onLong(onLong(body));
        if (pairs.size() > call.facts().maxDocuments()) {
            throw Rerank.tooMany(pairs.size(), call.facts().maxDocuments());
        }
        ServedModel model = call.model(Optional.empty());
        PairsToScore work = new PairsToScore(pairs, onLong, OptionalInt.empty());
        return call.score(model, work).thenApply(scored -> {
            ArrayNode all = Json.array();
            scored.done().results().forEach(score -> all.add(classes(model.info(), score, raw)));
            return new Answer(200, one ? all.get(0) : all, times(scored.done(), scored.tokens(), characters(pairs)));
        });
    }

    private static List<TextPair> pairs(JsonNode inputs) {
        if (!inputs.isArray()) {
            throw Fields.wrong(
                    "inputs", "a pair [\"a\",\"b\"] or a list of pairs; single texts are not scored", inputs);
        }
        if (inputs.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "`inputs` cannot be empty");
        }
        List<TextPair> pairs = new ArrayList<>();
        for (JsonNode input : inputs) {
            pairs.add(pair("inputs[" + pairs.size() + "]", input));
        }
        return pairs;
    }

    private static TextPair pair(String name, JsonNode value) {
        if (value.isArray()
                && value.size() == 2
                && value.get(0).isString()
                && value.get(1).isString()) {
            return new TextPair(value.get(0).stringValue(), value.get(1).stringValue());
        }
        throw Fields.wrong(name, "a pair of two strings; single texts are not scored", value);
    }

    /** The labels of a pair with their scores, best first. */
    private static ArrayNode classes(ModelInfo info, Score score, boolean raw) {
        float[] values = new float[score.logits().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = score.logits().get(i);
        }
        if (!raw) {
            values = (values.length == 1 ? OutputActivation.SIGMOID : OutputActivation.SOFTMAX).apply(values);
        }
        float[] shown = values;
        ArrayNode classes = Json.array();
        IntStream.range(0, shown.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> shown[i]).reversed())
                .forEach(i -> classes.addObject()
                        .put("score", shown[i])
                        .put("label", info.labels().get(i)));
        return classes;
    }

    private static CompletableFuture<Answer> embed(Call call) {
        Fields body = call.body();
        JsonNode inputs = body.node("inputs");
        List<String> texts = inputs.isString() ? List.of(inputs.stringValue()) : body.texts("inputs");
        if (texts.isEmpty()) {
            throw Problem.of(Kind.EMPTY, "`inputs` cannot be empty");
        }
        if (texts.size() > call.facts().maxDocuments()) {
            throw Rerank.tooMany(texts.size(), call.facts().maxDocuments());
        }
        ServedModel model = call.model(Optional.empty());
        if (!model.embeds()) {
            throw Problem.of(Kind.UNSUPPORTED, "The model " + model.name() + " is a reranker, not an embedding model");
        }
        EmbedOptions options = EmbedOptions.defaults()
                .withNormalize(body.flag("normalize", true))
                .withOnLong(onLong(body));
        Optional<String> prompt = body.optionalText("prompt_name");
        if (prompt.isPresent()) {
            options = options.withPrompt(Prompt.named(prompt.get()));
        }
        OptionalInt dimensions = body.integer("dimensions", 1, Integer.MAX_VALUE);
        if (dimensions.isPresent()) {
            options = options.withDimensions(dimensions.getAsInt());
        }
        long characters = texts.stream().mapToLong(String::length).sum();
        return call.embed(model, texts, options).thenApply(done -> {
            ArrayNode answer = Json.array();
            for (Embedding embedding : done.results()) {
                ArrayNode vector = answer.addArray();
                for (float x : embedding.vector()) {
                    vector.add(x);
                }
            }
            long tokens = done.results().stream().mapToLong(Embedding::tokens).sum();
            return new Answer(200, answer, times(done, tokens, characters));
        });
    }

    private static CompletableFuture<Answer> info(Call call) {
        ServedModel model = call.model(Optional.empty());
        ModelInfo info = model.info();
        ObjectNode answer = Json.object().put("model_id", model.source());
        answer.putNull("model_sha");
        answer.put("model_dtype", info.precision().toString());
        ObjectNode type = answer.putObject("model_type");
        if (model.embeds()) {
            type.putObject("embedding").put("pooling", pooling(model.poolings()));
        } else {
            ObjectNode labels = type.putObject(model.ranks() ? "reranker" : "classifier");
            ObjectNode names = labels.putObject("id2label");
            ObjectNode ids = labels.putObject("label2id");
            for (int i = 0; i < info.labels().size(); i++) {
                names.put(String.valueOf(i), info.labels().get(i));
                ids.put(info.labels().get(i), i);
            }
        }
        answer.put("max_concurrent_requests", call.facts().maxDocuments());
        answer.put("max_input_length", info.maxLength());
        answer.put("max_batch_tokens", call.facts().maxBatchTokens());
        answer.putNull("max_batch_requests");
        answer.put("max_client_batch_size", call.facts().maxDocuments());
        answer.put("auto_truncate", true);
        answer.put("tokenization_workers", 1);
        answer.put("version", call.facts().version());
        answer.putNull("sha");
        answer.putNull("docker_label");
        return CompletableFuture.completedFuture(Answer.ok(answer));
    }

    /** TEI's name of a pooling; of those that it does not have, their own. */
    private static String pooling(List<Pooling> poolings) {
        return poolings.stream()
                .map(pooling -> switch (pooling) {
                    case FIRST, FIRST_POOLED -> "cls";
                    case LAST -> "last_token";
                    default -> pooling.name().toLowerCase(Locale.ROOT);
                })
                .collect(Collectors.joining("+"));
    }

    private static long characters(List<TextPair> pairs) {
        return pairs.stream()
                .mapToLong(pair -> pair.first().length() + pair.second().length())
                .sum();
    }

    private static Map<String, String> times(Done<?> done, long tokens, long characters) {
        Done.Times times = done.times();
        long total = times.reading() + times.waiting() + times.computing();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-compute-type", "cpu");
        headers.put("x-compute-time", millis(total));
        headers.put("x-compute-characters", String.valueOf(characters));
        headers.put("x-compute-tokens", String.valueOf(tokens));
        headers.put("x-total-time", millis(total));
        headers.put("x-tokenization-time", millis(times.reading()));
        headers.put("x-queue-time", millis(times.waiting()));
        headers.put("x-inference-time", millis(times.computing()));
        return headers;
    }

    private static String millis(long nanos) {
        return String.valueOf(Math.round(nanos / NANOS_PER_MILLI));
    }

    @Override
    public Answer problem(Problem problem, String id) {
        Kind kind = problem.kind();
        ObjectNode body = Json.object().put("error", problem.sentence());
        return switch (kind) {
            case EMPTY -> Answer.problem(400, body.put("error_type", "Empty"));
            case INVALID, TOO_MANY -> Answer.problem(422, body.put("error_type", "Validation"));
            case TOO_LONG -> Answer.problem(422, body.put("error_type", "Tokenizer"));
            case UNSUPPORTED, INTERNAL -> Answer.problem(424, body.put("error_type", "Backend"));
            case OVERLOADED, TIMEOUT -> Answer.problem(kind.status(), body.put("error_type", "Overloaded"));
            case UNAVAILABLE -> Answer.problem(503, body.put("error_type", "Unhealthy"));
            default -> Answer.problem(kind.status(), body.put("error_type", "Validation"));
        };
    }
}
