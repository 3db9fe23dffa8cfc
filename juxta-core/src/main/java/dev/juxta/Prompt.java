package dev.juxta;

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
}
