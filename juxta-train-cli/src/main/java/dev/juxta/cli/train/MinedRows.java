package dev.juxta.cli.train;

import dev.juxta.cli.Json;
import dev.juxta.cli.OptionValues;
import dev.juxta.train.mining.HardNegativeMiner.Mined;
import dev.juxta.train.mining.HardNegativeMiner.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was mined as lines of JSON that {@code juxta train} reads. Other than in a labelled list with all positives, each
 * positive has rows of its own.
 *
 * @param form which form they take
 * @param negatives how many a tuple must have
 * @param scores whether scores stand in place of labels
 */
record MinedRows(Form form, int negatives, boolean scores) {

    /** The forms of the reference. */
    enum Form {
        /** query, positive and one negative */
        TRIPLET,
        /** query, positive and all negatives; rows with too few are left out */
        N_TUPLE,
        /** query, document and 1 or 0 */
        LABELED_PAIR,
        /** query, documents and their labels */
        LABELED_LIST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** A form by its name. */
    static final class FormName implements ITypeConverter<Form> {
        @Override
        public Form convert(String value) {
            return Arrays.stream(Form.values())
                    .filter(form -> form.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> OptionValues.wrong(
                            value,
                            "one of "
                                    + Arrays.stream(Form.values())
                                            .map(Form::toString)
                                            .collect(Collectors.joining(", "))));
        }
    }

    /** The lines of a query; none if too little was found. */
    List<String> of(String id, String query, Result mined) {
        boolean ranked = mined.chosen().stream().anyMatch(Mined::positive);
        if (ranked) {
            return List.of(list(id, query, mined.chosen()));
        }
        List<String> lines = new ArrayList<>();
        for (Mined positive : mined.positives()) {
            List<Mined> all =
                    Stream.concat(Stream.of(positive), mined.chosen().stream()).toList();
            switch (form) {
                case TRIPLET ->
                    mined.chosen().forEach(negative -> lines.add(tuple(id, query, List.of(positive, negative))));
                case N_TUPLE -> {
                    if (mined.chosen().size() == negatives) {
                        lines.add(tuple(id, query, all));
                    }
                }
                case LABELED_PAIR -> lines.add(pair(id, query, positive));
                case LABELED_LIST -> {
                    if (all.size() > 1) {
                        lines.add(list(id, query, all));
                    }
                }
            }
        }
        if (form == Form.LABELED_PAIR) {
            mined.chosen().forEach(negative -> lines.add(pair(id, query, negative)));
        }
        return lines;
    }

    private static ObjectNode row(String id, String query) {
        return Json.object().put("query_id", id).put("query", query);
    }

    private String tuple(String id, String query, List<Mined> documents) {
        ObjectNode row = row(id, query).put("positive", documents.get(0).text());
        if (form == Form.TRIPLET) {
            row.put("negative", documents.get(1).text());
        } else {
            ArrayNode texts = row.putArray("negatives");
            documents.stream().skip(1).forEach(one -> texts.add(one.text()));
        }
        if (scores) {
            ArrayNode numbers = row.putArray("scores");
            documents.forEach(one -> numbers.add(score(one)));
        }
        return Json.line(row);
    }

    private String pair(String id, String query, Mined document) {
        ObjectNode row = row(id, query).put("document", document.text());
        return Json.line(scores ? row.put("score", score(document)) : row.put("label", document.positive() ? 1 : 0));
    }

    private String list(String id, String query, List<Mined> documents) {
        ObjectNode row = row(id, query);
        ArrayNode texts = row.putArray("documents");
        documents.forEach(one -> texts.add(one.text()));
        ArrayNode numbers = row.putArray(scores ? "scores" : "labels");
        documents.forEach(one -> {
            if (scores) {
                numbers.add(score(one));
            } else {
                numbers.add(one.positive() ? 1 : 0);
            }
        });
        return Json.line(row);
    }

    private static float score(Mined document) {
        return (float) document.score().orElseThrow();
    }
}
