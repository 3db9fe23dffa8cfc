package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weight;
import dev.juxta.model.Architecture;
import dev.juxta.model.Architecture.Shape;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.LateInteractionSettings;
import dev.juxta.model.Similarity;
import dev.juxta.ops.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bi-encoder as the cross-encoder that scores pairs almost as it does: both texts in one sequence, each read as it was
 * alone, but for some heads of the upper layers that look a little from one into the other, compared by the cosine of their
 * means and, from the first step on, by the terms that they share and by what their tokens mean.
 * What training adds is what the texts have to say to each other.
 *
 * @param files the checkpoint's, with the new kind's configuration put over them
 * @param fresh the names of weights that the bi-encoder does not have
 */
record GatedStart(CheckpointFiles files, Map<String, Weight> weights, Set<String> fresh) {

    /** The {@code model_type} that comes out. */
    static final String MODEL_TYPE = "juxta_gated_bert";

    /** The network in Python, for transformers. */
    static final String MODELING = "modeling_gated_bert.py";

    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String SEGMENTS = "bert.embeddings.token_type_embeddings.weight";

    /** The openness of heads in the lower half of the layers, which thus read each text alone. */
    private static final float CLOSED = -20;

    /**
     * The openness of the upper layers' first heads and of their last; the others' lie evenly between. So some hardly look
     * across, and leave the ranking as it was, and others look far enough to learn from it.
     */
    private static final float NEARLY_CLOSED = -7;

    private static final float AJAR = -3;

    /**
     * What cosines are multiplied with, so that a softmax sees their differences: with both matches as much as those of a
     * bi-encoder times 20.
     */
    private static final float SCALE = 12.5f;

    /** What (m, n), the weights of terms that were found and missed, is multiplied with: 0.625 and −0.625. */
    private static final float TERMS = 0.625f;

    /** What (s, t), the weights of tokens whose meaning was found and missed, is multiplied with: 5 and −5. */
    private static final float MEANINGS = 5;

    /** The openness of tokens that look for their like in the other text alone. */
    private static final float ONLY_ACROSS = 1000;

    /** The slope of a match of words: a cosine of 1 is one, and one of 0.8 is none any more. */
    private static final float SAME_WORD = 5;

    /** That of meanings: a match is as much as its cosine. */
    private static final float SAME_MEANING = 1;

    /** What is no word of a vocabulary: special tokens, and places kept in reserve. */
    private static final Pattern NO_WORD = Pattern.compile("\\[[A-Za-z0-9]+]");

    /** Letters and signs alone, at the beginning of a word or within it. */
    private static final Pattern ONE_SIGN = Pattern.compile("(##)?.", Pattern.DOTALL);

    /** Whether a checkpoint is one already. */
    static boolean isGated(CheckpointFiles files) throws IOException {
        return JsonFile.read(files, CONFIG)
                .text("model_type")
                .filter(MODEL_TYPE::equals)
                .isPresent();
    }

    /** One as plain BERT, for texts that are read alone and thus look into no other; anything else as it is. */
    static CheckpointFiles ungated(CheckpointFiles files) throws IOException {
        if (!isGated(files)) {
            return files;
        }
        ObjectNode config = JsonFile.read(files, CONFIG).root().deepCopy();
        config.put("model_type", "bert");
        config.remove("auto_map");
        config.putArray("architectures").add("BertForSequenceClassification");
        return new OverlaidFiles(files, Map.of(CONFIG, bytes(config)));
    }

    /**
     * Makes one of a bi-encoder.
     *
     * @param saved the bi-encoder's weights, as in a model with a head
     * @throws CheckpointException if it is none, or has not BERT's network or not the mean of tokens
     */
    static GatedStart of(CheckpointFiles files, Shape shape, Map<String, Weight> saved) throws IOException {
        requireMeanOfBert(files);
        ObjectNode config = JsonFile.read(files, CONFIG).root().deepCopy();
        config.put("model_type", MODEL_TYPE).put("type_vocab_size", 2);
        config.putArray("architectures").add("BertModel");
        ObjectNode code = config.putObject("auto_map");
        String module = MODELING.substring(0, MODELING.length() - ".py".length());
        code.put("AutoConfig", module + ".GatedBertConfig");
        code.put("AutoModelForSequenceClassification", module + ".GatedBertForSequenceClassification");
        Map<String, byte[]> over = new LinkedHashMap<>();
        over.put(CONFIG, bytes(config));
        over.put(TOKENIZER, tokenizer(files).toString().getBytes(StandardCharsets.UTF_8)); // as large as the vocabulary
        over.put(TOKENIZER_CONFIG, bytes(tokenizerConfig(files)));
        over.put(MODELING, modeling());
        Map<String, Weight> weights = new LinkedHashMap<>(saved);
        Set<String> fresh = new TreeSet<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            String name = "bert.encoder.layer." + layer + ".attention.self.openness";
            add(weights, fresh, openness(name, layer < shape.layers() / 2, shape.heads()));
        }
        add(weights, fresh, classifier(shape.hidden()));
        add(weights, fresh, filled("classifier.bias", 0, 1));
        matches("terms", SAME_WORD, shape.hidden()).forEach(weight -> add(weights, fresh, weight));
        matches("interaction", SAME_MEANING, shape.hidden()).forEach(weight -> add(weights, fresh, weight));
        add(weights, fresh, importance(files, shape.vocabulary()));
        Weight segments = saved.get(SEGMENTS);
        if (segments != null) {
            weights.put(SEGMENTS, firstRowTwice(segments));
        }
        return new GatedStart(new OverlaidFiles(new EncoderFiles(files), over), weights, fresh);
    }

    private static void requireMeanOfBert(CheckpointFiles files) throws IOException {
        String wanted =
                "; a gated cross-encoder begins with a bi-encoder of BERT's network, the mean of its tokens and the"
                        + " cosine, such as all-MiniLM-L6-v2";
        if (!EmbedderSettings.matches(files) || LateInteractionSettings.matches(files)) {
            throw new CheckpointException(files.location() + " is no bi-encoder" + wanted);
        }
        EmbedderSettings embedder = EmbedderSettings.read(files);
        Architecture network = embedder.settings().architecture();
        if (!network.modelType().equals("bert")) {
            throw new CheckpointException(files.location() + " is a " + network.modelType() + wanted);
        }
        if (!embedder.poolings().equals(List.of(Pooling.MEAN))
                || !network.weightFolders().isEmpty()
                || embedder.similarity() != Similarity.COSINE) {
            throw new CheckpointException(files.location() + " compares texts by the " + embedder.similarity() + " of "
                    + embedder.poolings() + " " + network.weightFolders() + wanted);
        }
    }

    private static void add(Map<String, Weight> weights, Set<String> fresh, Weight weight) {
        weights.put(weight.name(), weight);
        fresh.add(weight.name());
    }

    private static Weight classifier(int hidden) {
        float[] values = new float[hidden + 4];
        Arrays.fill(values, SCALE);
        values[hidden] = TERMS;
        values[hidden + 1] = -TERMS;
        values[hidden + 2] = MEANINGS;
        values[hidden + 3] = -MEANINGS;
        return Weight.of("classifier.weight", values, 1, hidden + 4);
    }

    /** What finds each token's like in the other text, where a cosine of 1 is a match of 1. */
    private static List<Weight> matches(String head, float slope, int hidden) {
        return List.of(
                filled(head + ".openness", ONLY_ACROSS, 2, 1),
                filled(head + ".match.weight", slope, 1, hidden),
                filled(head + ".match.bias", 1 - slope, 1));
    }

    /**
     * What each token weighs as a term. BERT's vocabularies are sorted by frequency, which falls as 1/rank (Zipf); an
     * inverse document frequency is thus about the logarithm of the rank.
     */
    private static Weight importance(CheckpointFiles files, int vocabulary) throws IOException {
        @Nullable String[] tokens = new String[vocabulary];
        JsonFile.read(files, TOKENIZER)
                .root()
                .path("model")
                .path("vocab")
                .properties()
                .forEach(entry -> {
                    int id = entry.getValue().asInt(-1);
                    if (id >= 0 && id < vocabulary) {
                        tokens[id] = entry.getKey();
                    }
                });
        float[] values = new float[vocabulary];
        int rank = 0;
        for (int id = 0; id < vocabulary; id++) {
            String token = tokens[id];
            if (token == null || NO_WORD.matcher(token).matches()) {
                continue;
            }
            boolean word = !ONE_SIGN.matcher(token).matches();
            rank += word ? 1 : 0;
            values[id] = (float) Math.log1p(word ? rank : 1);
        }
        return Weight.of("terms.importance.weight", values, vocabulary, 1);
    }

    private static Weight openness(String name, boolean closed, int heads) {
        float[] values = new float[2 * heads];
        for (int head = 0; head < heads; head++) {
            float share = heads == 1 ? 1 : (float) head / (heads - 1);
            values[head] = closed ? CLOSED : NEARLY_CLOSED + share * (AJAR - NEARLY_CLOSED);
            values[heads + head] = values[head];
        }
        return Weight.of(name, values, 2, heads);
    }

    private static Weight filled(String name, float value, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        Arrays.fill(values, value);
        return Weight.of(name, values, shape);
    }

    /** A bi-encoder reads each of its texts as a first one. */
    private static Weight firstRowTwice(Weight segments) {
        int width = segments.size(1);
        float[] rows = new float[2 * width];
        segments.readRow(0, rows, 0);
        segments.readRow(0, rows, width);
        return Weight.of(segments.name(), rows, 2, width);
    }

    /** Pairs are both texts as they are alone: [CLS] A [SEP] [CLS] B [SEP]. */
    private static ObjectNode tokenizer(CheckpointFiles files) throws IOException {
        ObjectNode root = JsonFile.read(files, TOKENIZER).root().deepCopy();
        JsonNode single = root.path("post_processor").path("single");
        if (!single.isArray()) {
            throw new CheckpointException(files.describe(TOKENIZER)
                    + " has no \"TemplateProcessing\" for one text, of which one for pairs could be made");
        }
        ArrayNode pair = ((ObjectNode) root.path("post_processor")).putArray("pair");
        for (int text = 0; text < 2; text++) {
            for (JsonNode piece : single) {
                ObjectNode own = piece.deepCopy().asObject();
                for (JsonNode token : own) {
                    ((ObjectNode) token).put("type_id", text);
                }
                if (own.has("Sequence")) {
                    ((ObjectNode) own.get("Sequence")).put("id", text == 0 ? "A" : "B");
                }
                pair.add(own);
            }
        }
        return root;
    }

    /** Python's classes of a family make the family's own templates; the general one takes what tokenizer.json says. */
    private static ObjectNode tokenizerConfig(CheckpointFiles files) throws IOException {
        ObjectNode config = files.contains(TOKENIZER_CONFIG)
                ? JsonFile.read(files, TOKENIZER_CONFIG).root().deepCopy()
                : JsonMapper.shared().createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        EmbedderSettings.read(files)
                .settings()
                .maxSequenceLength()
                .ifPresent(length -> config.put("model_max_length", length));
        config.putArray("model_input_names")
                .add("input_ids")
                .add("token_type_ids")
                .add("attention_mask");
        return config;
    }

    private static byte[] modeling() {
        try (InputStream in = GatedStart.class.getResourceAsStream(MODELING)) {
            if (in == null) {
                throw new IllegalStateException(MODELING + " is not among the module's resources");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(JsonNode node) {
        return node.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }
}
