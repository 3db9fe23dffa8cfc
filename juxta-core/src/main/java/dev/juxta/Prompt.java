package dev.juxta;

import java.util.Optional;

/** The text to put before the first text of every pair. */
public sealed interface Prompt {

    /** The model's own default prompt, if it has one. */
    record ModelDefault() implements Prompt {}

    /** The prompt that the model has saved under a name. */
    record Named(String name) implements Prompt {}

    /** This text; empty for none. */
    record Text(String text) implements Prompt {}

    /** The model's own default prompt, if it has one. */
    static Prompt modelDefault() {
        return new ModelDefault();
    }

    /** The prompt that the model has saved under {@code name}. */
    static Prompt named(String name) {
        return new Named(name);
    }

    /** {@code text} itself. */
    static Prompt text(String text) {
        return new Text(text);
    }

    /** No prompt, not even the model's default. */
    static Prompt none() {
        return new Text("");
    }

    /**
     * The text itself.
     *
     * @param info whose prompts these are
     * @param byDefault the name of the prompt that {@link ModelDefault} means; empty for none
     * @throws IllegalArgumentException if the model has no prompt of that name
     */
    default String resolve(ModelInfo info, Optional<String> byDefault) {
        if (this instanceof Text literal) {
            return literal.text();
        }
        Optional<String> name = this instanceof Named named ? Optional.of(named.name()) : byDefault;
        if (name.isEmpty()) {
            return "";
        }
        String text = info.prompts().get(name.get());
        if (text == null) {
            throw new IllegalArgumentException("The model has no prompt \"" + name.get() + "\"; it has "
                    + info.prompts().keySet());
        }
        return text;
    }
}
