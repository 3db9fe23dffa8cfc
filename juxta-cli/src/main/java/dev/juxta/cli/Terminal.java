package dev.juxta.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which standard streams are terminals. The JVM cannot say that of each stream, so the launcher does, in
 * {@code JUXTA_TERMINAL} (a list such as {@code "in out err"}) and {@code JUXTA_COLUMNS}.
 *
 * @param in standard input is a terminal
 * @param out standard output is a terminal
 * @param err standard error is a terminal
 * @param columns the width to keep to
 * @param colours whether standard output takes colours
 */
public record Terminal(boolean in, boolean out, boolean err, int columns, boolean colours) {

    private static final int DEFAULT_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 20;
    private static final int MOST_COLUMNS = 10_000;

    static Terminal of(Map<String, String> environment) {
        List<String> terminals =
                Arrays.asList(environment.getOrDefault("JUXTA_TERMINAL", "").split(" "));
        boolean out = terminals.contains("out");
        boolean plain = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "").equals("dumb");
        return new Terminal(
                terminals.contains("in"), out, terminals.contains("err"), columns(environment), out && !plain);
    }

    private static int columns(Map<String, String> environment) {
        for (String name : List.of("COLUMNS", "JUXTA_COLUMNS")) {
            String text = environment.getOrDefault(name, "");
            if (text.matches("[0-9]{1,6}")) {
                int columns = Integer.parseInt(text);
                if (columns > 0) {
                    return Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, columns));
                }
            }
        }
        return DEFAULT_COLUMNS;
    }

    /** The width that tables on standard output are cut to; empty where it is no terminal, and texts stay whole. */
    OptionalInt tableWidth() {
        return out ? OptionalInt.of(columns) : OptionalInt.empty();
    }
}
