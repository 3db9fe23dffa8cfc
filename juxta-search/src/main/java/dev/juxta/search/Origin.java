package dev.juxta.search;

/**
 * Where a passage stood.
 *
 * @param file the file's path as it was given
 * @param begin index of its first char in the file's text
 * @param end index after its last char
 */
public record Origin(String file, int begin, int end) {

    public Origin {
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("A passage cannot go from " + begin + " to " + end);
        }
    }
}
