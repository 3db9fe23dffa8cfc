package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The architectures that there are, by the {@code model_type} of {@code config.json}. */
public final class Architectures {

    /** Reads an architecture's configuration. */
    private interface Reader {
        Architecture read(JsonFile config, String modelType, int labels) throws CheckpointException;
    }

    private static final Reader ROBERTA =
            (config, type, labels) -> new Roberta(Roberta.Config.read(config, type, labels));

    private static final Reader DEBERTA =
            (config, type, labels) -> new Deberta(Deberta.Config.read(config, type, labels));

    private static final Reader DECODER =
            (config, type, labels) -> new Decoder(Decoder.Config.read(config, type, labels));

    private static final Map<String, Reader> READERS = new TreeMap<>(Map.ofEntries(
            Map.entry(Albert.MODEL_TYPE, (config, type, labels) -> new Albert(Albert.Config.read(config, labels))),
            Map.entry(Bert.MODEL_TYPE, (config, type, labels) -> Bert.read(config, labels)),
            Map.entry(Roberta.CAMEMBERT, ROBERTA),
            Map.entry(Deberta.V1, DEBERTA),
            Map.entry(Deberta.V2, DEBERTA),
            Map.entry(
                    DistilBert.MODEL_TYPE,
                    (config, type, labels) -> new DistilBert(DistilBert.Config.read(config, labels))),
            Map.entry(Electra.MODEL_TYPE, (config, type, labels) -> Electra.read(config, labels)),
            Map.entry(Decoder.GEMMA, DECODER),
            Map.entry(GatedBert.MODEL_TYPE, (config, type, labels) -> GatedBert.read(config, labels)),
            Map.entry(Gemma3.MODEL_TYPE, (config, type, labels) -> new Gemma3(Gemma3.Config.read(config, labels))),
            Map.entry(Decoder.LLAMA, DECODER),
            Map.entry(Decoder.MISTRAL, DECODER),
            Map.entry(
                    ModernBert.MODEL_TYPE,
                    (config, type, labels) -> new ModernBert(ModernBert.Config.read(config, labels))),
            Map.entry(MpNet.MODEL_TYPE, (config, type, labels) -> new MpNet(MpNet.Config.read(config, labels))),
            Map.entry(Decoder.QWEN2, DECODER),
            Map.entry(Decoder.QWEN3, DECODER),
            Map.entry(Roberta.ROBERTA, ROBERTA),
            Map.entry(Roberta.XLM_ROBERTA, ROBERTA)));

    /** The {@code model_type} of configurations older than that key, by how the names of their classes begin. */
    private static final Map<String, String> TYPE_OF_CLASS = Map.of(
            "Albert", Albert.MODEL_TYPE,
            "Bert", Bert.MODEL_TYPE,
            "Camembert", Roberta.CAMEMBERT,
            "DistilBert", DistilBert.MODEL_TYPE,
            "Electra", Electra.MODEL_TYPE,
            "Roberta", Roberta.ROBERTA,
            "XLMRoberta", Roberta.XLM_ROBERTA);

    private Architectures() {}

    /** The supported values of {@code model_type}, in alphabetical order. */
    public static List<String> supported() {
        return List.copyOf(READERS.keySet());
    }

    /**
     * The architecture that a {@code config.json} describes.
     *
     * @param labels outputs of its head
     * @throws CheckpointException if it is not supported, naming it and those that are
     */
    public static Architecture read(JsonFile config, int labels) throws CheckpointException {
        List<String> classes = config.texts("architectures");
        Optional<String> type = config.text("model_type");
        if (type.isEmpty() && !classes.isEmpty()) {
            String name = classes.get(0).replaceFirst("(ForSequenceClassification|Model)$", "");
            type = Optional.ofNullable(TYPE_OF_CLASS.get(name));
        }
        Reader reader = type.isPresent() ? READERS.get(type.get()) : null;
        if (reader == null || bringsCode(config)) {
            throw unsupported(config, type, classes);
        }
        return reader.read(config, type.get(), labels);
    }

    /**
     * Whether the repository has a network of its own in Python. Some call it by the {@code model_type} of another, and
     * what that would make of their weights is noise. Juxta's own brings the Python that is read here as Java.
     */
    private static boolean bringsCode(JsonFile config) throws CheckpointException {
        if (config.text("model_type").equals(Optional.of(GatedBert.MODEL_TYPE))) {
            return false;
        }
        Optional<JsonFile> classes = config.object("auto_map");
        return classes.isPresent()
                && classes.get().root().propertyNames().stream().anyMatch(name -> name.startsWith("AutoModel"));
    }

    private static CheckpointException unsupported(JsonFile config, Optional<String> type, List<String> classes)
            throws CheckpointException {
        String named = type.map(name -> "the architecture \"" + name + "\"")
                .orElse(classes.isEmpty() ? "no \"model_type\"" : "the architecture \"" + classes.get(0) + "\"");
        String reason = bringsCode(config)
                ? " by Python code of its own repository (\"auto_map\"), and such code is never run"
                : ", which is not supported yet";
        return new CheckpointException(
                config.file() + " has " + named + reason + "; supported are: " + String.join(", ", supported()));
    }
}
