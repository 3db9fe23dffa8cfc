package dev.juxta.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The documents of a batch's other queries as negatives (Henderson et al. 2017, arXiv:1705.00652), which cost a model that
 * embeds nothing but products.
 */
final class InBatchNegatives {

    private InBatchNegatives() {}

    /** Each example with the documents of those that ask something else, as irrelevant. */
    static List<Example> added(List<Example> batch) {
        return batch.stream().map(example -> added(example, batch)).toList();
    }

    private static Example added(Example example, List<Example> batch) {
        Set<String> documents = new LinkedHashSet<>();
        Set<String> known = new LinkedHashSet<>(example.documents());
        for (Example other : batch) {
            if (other.query().equals(example.query())) {
                known.addAll(other.documents());
            }
        }
        for (Example other : batch) {
            other.documents().stream()
                    .filter(document -> !known.contains(document))
                    .forEach(documents::add);
        }
        List<String> all = new ArrayList<>(example.documents());
        all.addAll(documents);
        return new Example(example.query(), all, Arrays.copyOf(example.labels(), all.size()));
    }
}
