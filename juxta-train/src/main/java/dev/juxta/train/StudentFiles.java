package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.model.Architecture;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.LateInteractionSettings;
import dev.juxta.model.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration files of a model that embeds. A checkpoint that is not yet of the kind wanted gets them put over its
 * own; then they are read as those of any such model, and written beside the trained weights, so that training and use
 * cannot differ.
 */
final class StudentFiles {

    private static final String CONFIG = "config.json";
    private static final String MODULES = "modules.json";
    private static final String CHAIN = "config_sentence_transformers.json";
    private static final String TRANSFORMER = "sentence_bert_config.json";
    private static final String POOLING = "1_Pooling";
    private static final String PROJECTION = "1_Dense";
    private static final String MASK = "2_MultiVectorMask";
    private static final String TOKENS = "token_embeddings";
    private static final String CLASSIFIER = "ForSequenceClassification";

    /** Of ColBERT's vectors, unless the network's own are narrower. */
    private static final int DIMENSIONS = 128;

    /** Tokens of a query in ColBERT, masks included. */
    private static final int QUERY_LENGTH = 32;

    private StudentFiles() {}

    /**
     * A checkpoint as a bi-encoder: itself where it is one, else its network with the mean of its tokens.
     *
     * @throws CheckpointException if it is neither a bi-encoder nor an encoder
     */
    static CheckpointFiles biEncoder(CheckpointFiles files, int maxLength) throws IOException {
        boolean embeds = files.contains(MODULES) && EmbedderSettings.matches(files);
        if (embeds && !LateInteractionSettings.matches(files)) {
            return files;
        }
        Network network = Network.of(files);
        Map<String, byte[]> over = network.files(maxLength);
        over.put(
                MODULES,
                modules(
                        "sentence_transformers.models.Pooling",
                        POOLING,
                        "sentence_transformers.models.Normalize",
                        "2_Normalize"));
        over.put(
                POOLING + "/" + CONFIG,
                bytes(object().put("word_embedding_dimension", network.width())
                        .put("pooling_mode_cls_token", false)
                        .put("pooling_mode_mean_tokens", true)
                        .put("pooling_mode_max_tokens", false)
                        .put("pooling_mode_mean_sqrt_len_tokens", false)));
        ObjectNode chain = object();
        chain.put("model_type", EmbedderSettings.MODEL_TYPE).put("similarity_fn_name", "cosine");
        chain.putObject("prompts");
        chain.putNull("default_prompt_name");
        over.put(CHAIN, bytes(chain));
        return new OverlaidFiles(files, over);
    }

    /**
     * A checkpoint as a late-interaction model: itself where it is one, else its network with a projection of each token.
     * Where the vocabulary keeps tokens in reserve, two of them mark queries and documents, as in the original ColBERT, and
     * the form is PyLate's; else words do, and it is that of sentence-transformers.
     *
     * @throws CheckpointException if it is neither a late-interaction model nor an encoder, or has no mask token
     */
    static CheckpointFiles colbert(CheckpointFiles files, int maxLength) throws IOException {
        if (LateInteractionSettings.matches(files)) {
            return files;
        }
        Network network = Network.of(files);
        CheckpointFiles marked = new OverlaidFiles(files, pylate(network, maxLength));
        LateInteractionSettings read = LateInteractionSettings.read(marked);
        return read.queries().marker().isEmpty() || read.documents().marker().isEmpty()
                ? new OverlaidFiles(files, multiVector(network, maxLength))
                : marked;
    }

    private static Map<String, byte[]> pylate(Network network, int maxLength) {
        Map<String, byte[]> over = network.files(maxLength);
        over.put(MODULES, modules("pylate.models.Dense.Dense", PROJECTION));
        over.put(PROJECTION + "/" + CONFIG, bytes(projection(network)));
        ObjectNode chain = object();
        chain.put("model_type", "ColBERT")
                .put("similarity_fn_name", "MaxSim")
                .put("query_prefix", "[unused0]")
                .put("document_prefix", "[unused1]")
                .put("query_length", Math.min(QUERY_LENGTH, network.length(maxLength)))
                .put("document_length", network.length(maxLength))
                .put("attend_to_expansion_tokens", false)
                .put("do_query_expansion", true);
        chain.putObject("prompts");
        chain.putNull("default_prompt_name");
        punctuation(chain);
        over.put(CHAIN, bytes(chain));
        return over;
    }

    private static Map<String, byte[]> multiVector(Network network, int maxLength) {
        Map<String, byte[]> over = network.files(maxLength);
        over.put(
                MODULES,
                modules(
                        "sentence_transformers.base.modules.dense.Dense", PROJECTION,
                        "sentence_transformers.multi_vector_encoder.modules.multi_vector_mask.MultiVectorMask", MASK,
                        "sentence_transformers.base.modules.normalize.Normalize", "3_Normalize"));
        ObjectNode tokens = object();
        tokens.put("module_input_name", TOKENS).put("module_output_name", TOKENS);
        over.put("3_Normalize/" + CONFIG, bytes(tokens));
        over.put(PROJECTION + "/" + CONFIG, bytes(projection(network).setAll(tokens)));
        ObjectNode mask = object();
        punctuation(mask);
        mask.putArray("skiplist_tasks").add("document");
        over.put(MASK + "/" + CONFIG, bytes(mask));
        ObjectNode transformer = object();
        transformer
                .put("max_seq_length", network.length(maxLength))
                .put("do_lower_case", network.settings().lowercase())
                .put("document_length", network.length(maxLength))
                .putObject("query_expansion")
                .put("strategy", "fixed")
                .put("attend", false)
                .put("length", Math.min(QUERY_LENGTH, network.length(maxLength)));
        over.put(TRANSFORMER, bytes(transformer));
        ObjectNode chain = object();
        chain.put("model_type", "MultiVectorEncoder").put("similarity_fn_name", "maxsim");
        chain.putObject("prompts").put("query", "query: ").put("document", "passage: ");
        chain.putNull("default_prompt_name");
        over.put(CHAIN, bytes(chain));
        return over;
    }

    private static ObjectNode projection(Network network) {
        return object().put("in_features", network.width())
                .put("out_features", Math.min(DIMENSIONS, network.width()))
                .put("bias", false)
                .put("activation_function", "torch.nn.modules.linear.Identity");
    }

    private static void punctuation(ObjectNode node) {
        ArrayNode skipped = node.putArray("skiplist_words");
        LateInteractionSettings.punctuation().forEach(skipped::add);
    }

    /**
     * A checkpoint's network, whatever it is used for.
     *
     * @param config as of the network alone
     */
    private record Network(Settings settings, ObjectNode config) {

        static Network of(CheckpointFiles files) throws IOException {
            Settings settings = Settings.read(new EncoderFiles(files), Optional.empty());
            String modelType = settings.architecture().modelType();
            Heads heads = Heads.of(modelType)
                    .orElseThrow(() -> new CheckpointException(
                            files.location() + " is a " + modelType + ", and what makes vectors of texts begins with"
                                    + " an encoder such as BERT, or with a checkpoint that embeds already"));
            ObjectNode config = JsonFile.read(files, CONFIG).root().deepCopy();
            List.of("id2label", "label2id", "problem_type", "sentence_transformers", "juxta")
                    .forEach(config::remove);
            config.putArray("architectures").add(heads.modelClass().replace(CLASSIFIER, "Model"));
            return new Network(settings, config);
        }

        int width() {
            return settings.architecture().shape().hidden();
        }

        int length(int maxLength) {
            return Math.min(maxLength, settings.architecture().shape().maxTokens());
        }

        Map<String, byte[]> files(int maxLength) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put(CONFIG, bytes(config));
            files.put(
                    TRANSFORMER,
                    bytes(object().put("max_seq_length", length(maxLength))
                            .put("do_lower_case", settings.lowercase())));
            return files;
        }
    }

    /** The list of a Transformer and what comes behind it: class, folder, class, folder… */
    private static byte[] modules(String... behind) {
        ArrayNode modules = JsonMapper.shared().createArrayNode();
        modules.addObject()
                .put("idx", 0)
                .put("name", "0")
                .put("path", "")
                .put("type", "sentence_transformers.models.Transformer");
        for (int i = 0; i < behind.length; i += 2) {
            int index = modules.size();
            modules.addObject()
                    .put("idx", index)
                    .put("name", Integer.toString(index))
                    .put("path", behind[i + 1])
                    .put("type", behind[i]);
        }
        return bytes(modules);
    }

    /** The files of a model that embeds which are to be written beside its configuration, weights and tokenizer. */
    static List<String> besides(CheckpointFiles files) throws IOException {
        List<String> names = new ArrayList<>(List.of(MODULES, CHAIN, "artifact.metadata"));
        names.addAll(Settings.TRANSFORMER_CONFIGS);
        if (files.contains(MODULES)) {
            for (JsonNode module : JsonFile.readList(files, MODULES)) {
                String folder = module.path("path").asString("");
                if (!folder.isEmpty()) {
                    names.add(folder + "/" + CONFIG);
                }
            }
        }
        return names.stream().filter(files::contains).toList();
    }

    /** The network of a checkpoint whose layers can be counted. */
    static Architecture architecture(CheckpointFiles files) throws IOException {
        return Settings.read(new EncoderFiles(files), Optional.empty()).architecture();
    }

    private static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    private static byte[] bytes(JsonNode node) {
        return node.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }
}
