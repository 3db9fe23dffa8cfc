package dev.juxta.cli.train;

import dev.juxta.cli.train.LabelCommand.Task;
import dev.juxta.measure.Spearman;
import dev.juxta.train.labelling.SilverLabel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run of labelling has done, in figures, and how it agrees with labels that were there. */
final class LabelReport {

    private final Task task;
    private final List<Double> silver = new ArrayList<>();
    private final List<Double> given = new ArrayList<>();
    private long rows;
    private long labels;
    private long abstained;
    private long right;
    private long compared;

    LabelReport(Task task) {
        this.task = task;
    }

    /** Counts an item in. */
    void add(Unlabelled item, List<SilverLabel> own, boolean written, double minConfidence, List<String> classes) {
        rows += written ? 1 : 0;
        for (SilverLabel label : own) {
            boolean sure = written && label.confidence().orElse(1) >= minConfidence;
            labels += sure ? 1 : 0;
            abstained += sure ? 0 : 1;
        }
        if (written && !item.list() && item.given().isPresent()) {
            compare(own.get(0).value(), item.given().get(), classes);
        }
    }

    private void compare(double value, String label, List<String> classes) {
        if (task == Task.NLI) {
            compared++;
            String name = classes.get((int) value);
            right += name.equals(label.toLowerCase(Locale.ROOT)) || label.equals(Integer.toString((int) value)) ? 1 : 0;
            return;
        }
        try {
            double number = Double.parseDouble(label);
            given.add(number);
            silver.add(value);
        } catch (NumberFormatException e) {
            // no number to compare with
        }
    }

    /** As the last line in JSON has them; of this run only, where it went on with another. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("rows", rows);
        figures.put("labels", labels);
        figures.put("abstained", abstained);
        if (compared > 0) {
            figures.put("accuracy", (double) right / compared);
        }
        if (given.size() > 1) {
            figures.put(
                    "spearman",
                    new Spearman()
                            .of(
                                    silver.stream().mapToDouble(i -> i).toArray(),
                                    given.stream().mapToDouble(i -> i).toArray()));
        }
        return figures;
    }

    /** The same in a sentence. */
    String summary() {
        StringBuilder text =
                new StringBuilder(labels + " labels in " + rows + " rows, " + abstained + " abstained from");
        figures().forEach((name, value) -> {
            if (value instanceof Double number) {
                text.append(String.format(Locale.ROOT, "; %s with the labels that were there %.4f", name, number));
            }
        });
        return text.toString();
    }
}
