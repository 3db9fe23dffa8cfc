package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What the card of a model, the YAML at the head of its {@code README.md}, says of it. It is what the model's authors
 * wrote, of their own accord and in any form; what is missing or no YAML is left out, and never an error.
 *
 * @param license such as {@code apache-2.0}; where that is {@code other}, its name
 * @param languages such as {@code en}, or {@code multilingual}
 * @param datasets what it was trained on
 * @param baseModels what it was made of
 * @param tags its subjects and uses
 */
public record ModelCard(
        Optional<String> license,
        List<String> languages,
        List<String> datasets,
        List<String> baseModels,
        List<String> tags) {

    private static final String FILE = "README.md";
    private static final int LONGEST = 1 << 20;
    private static final String FENCE = "---";

    private static final ModelCard EMPTY = new ModelCard(Optional.empty(), List.of(), List.of(), List.of(), List.of());

    public ModelCard {
        languages = List.copyOf(languages);
        datasets = List.copyOf(datasets);
        baseModels = List.copyOf(baseModels);
        tags = List.copyOf(tags);
    }

    /** The card in a checkpoint; an empty one where there is none. */
    public static ModelCard read(CheckpointFiles files) throws IOException {
        if (!files.contains(FILE)) {
            return EMPTY;
        }
        byte[] text = files.read(FILE);
        return parse(new String(text, 0, Math.min(text.length, LONGEST), StandardCharsets.UTF_8));
    }

    /** The card at the head of a text. */
    static ModelCard parse(String text) {
        List<String> lines = text.lines().toList();
        int end = lines.isEmpty() || !lines.get(0).strip().equals(FENCE)
                ? -1
                : lines.subList(1, lines.size()).indexOf(FENCE);
        if (end < 0) {
            return EMPTY;
        }
        try {
            Object yaml = new Load(LoadSettings.builder().setLabel(FILE).build())
                    .loadFromString(String.join("\n", lines.subList(1, end + 1)));
            return yaml instanceof Map<?, ?> map ? of(map) : EMPTY;
        } catch (YamlEngineException | StackOverflowError e) {
            return EMPTY;
        }
    }

    private static ModelCard of(Map<?, ?> yaml) {
        Optional<String> license = texts(yaml.get("license")).stream().findFirst();
        if (license.equals(Optional.of("other"))) {
            license = texts(yaml.get("license_name")).stream().findFirst().or(() -> Optional.of("other"));
        }
        return new ModelCard(
                license,
                texts(yaml.get("language")),
                texts(yaml.get("datasets")),
                texts(yaml.get("base_model")),
                texts(yaml.get("tags")));
    }

    /** A text, or the texts of a list: cards write one value either way. */
    private static List<String> texts(@Nullable Object value) {
        List<?> values = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        return values.stream()
                .filter(one -> one instanceof String || one instanceof Number)
                .map(one -> one.toString().strip())
                .filter(one -> !one.isEmpty())
                .toList();
    }
}
