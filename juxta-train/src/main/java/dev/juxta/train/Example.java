package dev.juxta.train;

import java.util.List;

/**
 * A query and documents to score with it: one with a label, a positive with its negatives, or a whole list.
 *
 * @param query the first text of every pair
 * @param documents the second texts
 * @param labels what each of them should be, [documents]: relevance, or a teacher's score
 */
public record Example(String query, List<String> documents, float[] labels) {

    public Example {
        documents = List.copyOf(documents);
        if (documents.isEmpty() || documents.size() != labels.length) {
            throw new IllegalArgumentException("An example has a label for each of its documents; this one has "
                    + documents.size() + " documents and " + labels.length + " labels");
        }
        for (float label : labels) {
            if (!Float.isFinite(label)) {
                throw new IllegalArgumentException("A label must be a number, and is " + label);
            }
        }
    }

    /** A measure of its length, known before it is tokenized. */
    int characters() {
        return documents.stream().mapToInt(String::length).sum() + query.length() * documents.size();
    }
}
