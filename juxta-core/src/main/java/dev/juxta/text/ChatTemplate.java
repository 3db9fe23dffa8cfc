package dev.juxta.text;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A chat template, ready to render. Thread-safe. */
@FunctionalInterface
public interface ChatTemplate {

    /**
     * The text that the template makes.
     *
     * @param variables {@code messages}, a list of maps with role and content, and what else the template is told
     * @throws IllegalArgumentException if it refuses them; the message says why
     */
    String render(Map<String, @Nullable Object> variables);

    /** What reads chat templates, which are written in Jinja's language; a service, as core has none of its own. */
    @FunctionalInterface
    interface Language {

        /**
         * Reads a template.
         *
         * @throws IllegalArgumentException if it cannot be read
         */
        ChatTemplate parse(String source);
    }
}
