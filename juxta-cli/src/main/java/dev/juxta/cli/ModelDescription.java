package dev.juxta.cli;

import dev.juxta.ModelInfo;
import dev.juxta.checkpoint.ModelCard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says what a loaded model is.
 *
 * @param name the model as the user named it
 * @param info what it is
 */
record ModelDescription(String name, ModelInfo info) {

    /**
     * For people: a name and a value per line.
     *
     * @param columns to which lines are cut
     */
    List<String> lines(int columns) {
        Lines lines = new Lines(columns, new ArrayList<>());
        lines.add("model", name);
        lines.add("location", info.location());
        lines.add("architecture", info.architecture());
        lines.add(
                "size",
                String.format(
                        Locale.ROOT,
                        "%.1f million weights: %d layers, hidden %d, %d heads, intermediate %d, %d token ids",
                        info.parameters() / 1e6,
                        info.shape().layers(),
                        info.shape().hidden(),
                        info.shape().heads(),
                        info.shape().intermediate(),
                        info.shape().vocabulary()));
        lines.add("labels", info.labels().size() + " (" + String.join(", ", info.labels()) + ")");
        lines.add("activation", info.activation() + " (" + info.activationSource() + ")");
        info.noMatchBelow()
                .ifPresent(least ->
                        lines.add("no match", String.format(Locale.ROOT, "where the best score is below %.4f", least)));
        lines.add("max length", info.maxLength() + " tokens (" + info.maxLengthSource() + ")");
        info.prompts()
                .forEach((prompt, text) -> lines.add(
                        "prompt",
                        prompt + ": \"" + text + "\""
                                + (info.defaultPrompt().filter(prompt::equals).isPresent() ? " (default)" : "")));
        card(lines);
        lines.add("stored as", info.storedFormat());
        lines.add("runs on", info.engine() + ", " + info.precision() + ", " + info.threads() + " threads");
        return lines.all();
    }

    /** What the authors say; where they say nothing of a thing, there is no line of it. */
    private void card(Lines lines) {
        ModelCard card = info.card();
        card.license().ifPresent(license -> lines.add("licence", license));
        lines.addAll("languages", card.languages());
        lines.addAll("trained on", card.datasets());
        lines.addAll("made from", card.baseModels());
        lines.addAll("tags", card.tags());
    }

    /** Names in a column of their own, values cut to what is left. */
    private record Lines(int columns, List<String> all) {

        private static final int NAMES = 14;

        void add(String name, String value) {
            all.add(name + " ".repeat(NAMES - name.length()) + DisplayText.fit(value, columns - NAMES));
        }

        void addAll(String name, List<String> values) {
            if (!values.isEmpty()) {
                add(name, String.join(", ", values));
            }
        }
    }

    /** For programs. */
    ObjectNode json() {
        ObjectNode object = Json.object();
        object.put("model", name);
        object.put("location", info.location());
        object.put("architecture", info.architecture());
        object.put("layers", info.shape().layers());
        object.put("hidden", info.shape().hidden());
        object.put("heads", info.shape().heads());
        object.put("intermediate", info.shape().intermediate());
        object.put("vocabulary", info.shape().vocabulary());
        object.put("positions", info.shape().maxTokens());
        object.put("parameters", info.parameters());
        object.set("labels", Json.texts(info.labels()));
        object.put("activation", info.activation().toString());
        object.put("activation_source", info.activationSource());
        object.put("calibrated", info.calibrated());
        info.noMatchBelow().ifPresent(least -> object.put("no_match_below", least));
        object.put("max_length", info.maxLength());
        object.put("max_length_source", info.maxLengthSource());
        ObjectNode prompts = object.putObject("prompts");
        info.prompts().forEach(prompts::put);
        info.defaultPrompt().ifPresent(prompt -> object.put("default_prompt", prompt));
        object.set("card", cardJson());
        object.put("stored", info.storedFormat());
        object.put("engine", info.engine());
        object.put("precision", info.precision().toString());
        object.put("threads", info.threads());
        return object;
    }

    private ObjectNode cardJson() {
        ModelCard card = info.card();
        ObjectNode object = Json.object();
        card.license().ifPresent(license -> object.put("license", license));
        object.set("languages", Json.texts(card.languages()));
        object.set("datasets", Json.texts(card.datasets()));
        object.set("base_models", Json.texts(card.baseModels()));
        object.set("tags", Json.texts(card.tags()));
        return object;
    }
}
