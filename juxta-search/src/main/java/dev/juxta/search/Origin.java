package dev.juxta.search;

/**
 * Where a passage stood.
 *
 * @param file the file's path as it was given
 * @param line of a file with a document per line, from 1; 0 for any other
 * @param page of a PDF on which the passage begins, from 1; 0 for any other file
 * @param begin index of its first char in the text (of the line, where there is one, else of the file)
 * @param end index after its last char
 */
public record Origin(String file, int line, int page, int begin, int end) {

    public Origin {
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("A passage cannot go from " + begin + " to " + end);
        }
        if (line < 0 || page < 0) {
            throw new IllegalArgumentException("Lines and pages count from 1, and not " + Math.min(line, page));
        }
    }

    /** Where in a file of running text. */
    public static Origin of(String file, int begin, int end) {
        return new Origin(file, 0, 0, begin, end);
    }

    /** The file, and the line or page: {@code paper.pdf page 3}. */
    public String place() {
        return file + (line > 0 ? " line " + line : "") + (page > 0 ? " page " + page : "");
    }
}
