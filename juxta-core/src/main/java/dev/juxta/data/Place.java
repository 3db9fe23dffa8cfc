package dev.juxta.data;

/**
 * Where something stood in the input.
 *
 * @param source the file, or "stdin"
 * @param line from 1
 */
public record Place(String source, long line) {

    /** How messages name standard input. */
    public static final String STDIN = "stdin";

    @Override
    public String toString() {
        return source + ", line " + line;
    }
}
