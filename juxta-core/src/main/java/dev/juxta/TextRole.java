package dev.juxta;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a text is embedded as, for models that put different prompts or marks before questions and what answers them. */
public enum TextRole {
    /** what is asked: the model's prompt named {@code query}, if it has one */
    QUERY {
        @Override
        public Optional<String> prompt(Map<String, String> prompts, Optional<String> byDefault) {
            return first(prompts, "query");
        }
    },
    /** what may answer: the model's prompt named {@code document}, {@code passage} or {@code corpus}, if it has one */
    DOCUMENT {
        @Override
        public Optional<String> prompt(Map<String, String> prompts, Optional<String> byDefault) {
            return first(prompts, "document", "passage", "corpus");
        }
    },
    /** neither: the model's default prompt, if it has one */
    TEXT {
        @Override
        public Optional<String> prompt(Map<String, String> prompts, Optional<String> byDefault) {
            return byDefault;
        }
    };

    /**
     * The name of the prompt that a model has for such texts, if it has one that says something.
     *
     * @param prompts those that it has, by name
     * @param byDefault the name of the one for any text
     */
    public abstract Optional<String> prompt(Map<String, String> prompts, Optional<String> byDefault);

    private static Optional<String> first(Map<String, String> prompts, String... names) {
        return Arrays.stream(names)
                .filter(name -> !prompts.getOrDefault(name, "").isEmpty())
                .findFirst();
    }

    /**
     * Reads {@code query}, {@code document} or {@code text}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static TextRole parse(String text) {
        return Arrays.stream(values())
                .filter(role -> role.toString().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("\"" + text + "\" is not one of query, document, text"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
