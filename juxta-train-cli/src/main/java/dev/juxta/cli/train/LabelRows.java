package dev.juxta.cli.train;

import dev.juxta.cli.Json;
import dev.juxta.cli.train.LabelCommand.Task;
import dev.juxta.train.labelling.SilverLabel;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Silver labels as lines of JSON that {@code juxta train} reads.
 *
 * @param task what they say
 * @param scale times scores of relevance
 * @param minConfidence of what is written
 * @param classes names of classes, where there are some
 */
record LabelRows(Task task, double scale, double minConfidence, List<String> classes) {

    /** The line of an item; empty if the teachers abstain, or a list is left with less than two documents. */
    Optional<String> of(Unlabelled item, List<SilverLabel> labels) {
        int[] kept = IntStream.range(0, labels.size())
                .filter(i -> labels.get(i).confidence().orElse(1) >= minConfidence)
                .toArray();
        if (kept.length == 0 || (item.list() && kept.length < Math.min(2, labels.size()))) {
            return Optional.empty();
        }
        ObjectNode row = Json.object().put("line", item.line());
        if (item.list()) {
            row.put("query", item.first());
            ArrayNode documents = row.putArray("documents");
            ArrayNode scores = row.putArray("scores");
            for (int i : kept) {
                documents.add(item.seconds().get(i));
                scores.add((float) (scale * labels.get(i).value()));
            }
            if (labels.get(0).confidence().isPresent()) {
                ArrayNode confidences = row.putArray("confidences");
                for (int i : kept) {
                    confidences.add((float) labels.get(i).confidence().getAsDouble());
                }
            }
            return Optional.of(Json.line(row));
        }
        SilverLabel label = labels.get(0);
        row.put("a", item.first()).put("b", item.seconds().get(0));
        if (task == Task.NLI) {
            row.put("label", (int) label.value()).put("name", classes.get((int) label.value()));
        } else {
            row.put("label", (float) (task == Task.RELEVANCE ? scale * label.value() : label.value()));
        }
        label.confidence().ifPresent(confidence -> row.put("confidence", (float) confidence));
        return Optional.of(Json.line(row));
    }
}
