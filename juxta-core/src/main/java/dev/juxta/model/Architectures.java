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
        Architecture read(JsonFile config, int labels) throws CheckpointException;
    }

    private static final Map<String, Reader> READERS =
            new TreeMap<>(Map.of(Bert.MODEL_TYPE, (config, labels) -> new Bert(Bert.Config.read(config, labels))));

    /** The {@code model_type} of configurations older than that key, by their first architecture. */
    private static final Map<String, String> TYPE_OF_CLASS =
            Map.of("BertForSequenceClassification", Bert.MODEL_TYPE, "BertModel", Bert.MODEL_TYPE);

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
            type = Optional.ofNullable(TYPE_OF_CLASS.get(classes.get(0)));
        }
        Reader reader = type.isPresent() ? READERS.get(type.get()) : null;
        if (reader == null) {
            String named = type.map(name -> "the architecture \"" + name + "\"")
                    .orElse(classes.isEmpty() ? "no \"model_type\"" : "the architecture \"" + classes.get(0) + "\"");
            throw new CheckpointException(config.file() + " has " + named
                    + ", which is not supported yet; supported are: " + String.join(", ", supported()));
        }
        return reader.read(config, labels);
    }
}
