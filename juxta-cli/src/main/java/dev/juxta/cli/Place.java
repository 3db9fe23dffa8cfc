package dev.juxta.cli;

/**
 * Where something stood in the input.
 *
 * @param source the file, or "stdin"
 * @param line from 1
 */
record Place(String source, long line) {

    @Override
    public String toString() {
        return source + ", line " + line;
    }
}
