package dev.juxta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reference's answers, as {@code scripts/goldens} wrote them; the folder's README gives the format. */
public final class Goldens {

    /** Checkpoints that lie beside their goldens. */
    public static final List<String> CHECKPOINTS = List.of(
            "bert-tiny-1label",
            "bert-3labels",
            "bert-relu-bf16",
            "bert-vocab-only-cased",
            "bert-vocab-only-uncased",
            "bert-deep-narrow",
            "bert-sharp",
            "gated-bert",
            "gated-bert-no-layers",
            "bert-saved-6.2",
            "roberta",
            "xlm-roberta-3labels",
            "camembert",
            "distilbert-3labels",
            "electra",
            "albert-3labels",
            "mpnet",
            "deberta-v1",
            "deberta-v1-absolute-3labels",
            "deberta-v3-3labels",
            "deberta-v2-unshared",
            "deberta-v2-convolution",
            "modernbert",
            "modernbert-mean-3labels",
            "qwen3",
            "qwen2-3labels",
            "llama",
            "mistral",
            "llama-stretched",
            "qwen2-yarn",
            "mistral-linear",
            "gemma",
            "gemma3",
            "gemma3-both-ways",
            "chain-ettin",
            "chain-residual-3labels",
            "generator-tied",
            "generator-untied",
            "generator-saved",
            "generator-gemma");

    /** Bi-encoders, whose goldens are of texts and of the similarity of pairs. */
    public static final List<String> EMBEDDERS = List.of(
            "embedder-mean",
            "embedder-cls",
            "embedder-max-dense",
            "embedder-several",
            "embedder-no-prompt",
            "embedder-no-prompt-several",
            "embedder-lasttoken",
            "embedder-gemma3",
            "embedder-bare");

    /** Late-interaction models, whose goldens are of the vectors of tokens. */
    public static final List<String> LATE_INTERACTION = List.of("colbert-stanford", "colbert-pylate", "colbert-saved");

    private static final Path FOLDER = Path.of("src/test/resources/golden");

    private Goldens() {}

    /** The folder of a golden, and of its checkpoint. */
    public static Path folder(String name) {
        Path here = FOLDER.resolve(name);
        return Files.isDirectory(here) ? here : Path.of("../juxta-core").resolve(here);
    }

    /**
     * What the reference makes of one pair.
     *
     * @param ids vocabulary ids after truncation
     * @param typeIds segments; empty where the model is not told them
     * @param length tokens before truncation
     * @param logits one per label
     * @param scores after the activation
     */
    public record Golden(
            TextPair pair, int[] ids, Optional<int[]> typeIds, int length, float[] logits, float[] scores) {}

    /** All pairs of a golden, in order. */
    public static List<Golden> read(String name) {
        return lines(name, "golden.jsonl").stream().map(Goldens::golden).toList();
    }

    /** How the reference resolved the checkpoint. */
    public static JsonNode expected(String name) {
        return JsonMapper.shared().readTree(folder(name).resolve("expected.json"));
    }

    /** The lines of a file beside a checkpoint. */
    public static List<JsonNode> lines(String name, String file) {
        try {
            return Files.readAllLines(folder(name).resolve(file)).stream()
                    .map(JsonMapper.shared()::readTree)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole numbers of a list. */
    static int[] integers(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private static Golden golden(JsonNode node) {
        return new Golden(
                new TextPair(text(node.get("a")), text(node.get("b"))),
                integers(node.get("ids")),
                Optional.ofNullable(node.get("type_ids"))
                        .map(types ->
                                types.valueStream().mapToInt(JsonNode::intValue).toArray()),
                node.get("length").intValue(),
                floats(node.get("logits")),
                floats(node.get("scores")));
    }

    /** The text that a golden means. */
    public static String text(JsonNode node) {
        return node.isString()
                ? node.stringValue()
                : node.get("repeat").stringValue().repeat(node.get("times").intValue())
                        + node.get("suffix").stringValue();
    }

    /** The numbers of a list. */
    public static float[] floats(JsonNode list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return values;
    }
}
