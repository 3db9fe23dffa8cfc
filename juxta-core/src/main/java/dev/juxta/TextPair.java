package dev.juxta;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two texts to be judged together.
 *
 * @param first the query, premise or first sentence; a prompt is put before this one
 * @param second the document, hypothesis or second sentence
 */
public record TextPair(String first, String second) {

    /** The places of the pairs with the same first text, which are one query's candidates; lists that may be sorted. */
    public static Collection<List<Integer>> byFirst(List<TextPair> pairs) {
        Map<String, List<Integer>> queries = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            queries.computeIfAbsent(pairs.get(i).first(), query -> new ArrayList<>())
                    .add(i);
        }
        return queries.values();
    }
}
