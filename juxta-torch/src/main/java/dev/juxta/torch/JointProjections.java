package dev.juxta.torch;

import dev.juxta.ops.Linear;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which projections of a program read the same rows, as those to queries, keys and values do: one product with their
 * weights one below the other makes the outputs of all, and reads the rows once, forth and back.
 */
final class JointProjections {

    private final Map<Linear, List<Linear>> groups = new HashMap<>();

    private JointProjections() {}

    /** Those of a program. */
    static JointProjections of(Program program) {
        Map<Value, List<Linear>> readers = new LinkedHashMap<>();
        for (Step step : program.steps()) {
            if (step.operation() instanceof Operation.Project project) {
                readers.computeIfAbsent(project.x(), x -> new ArrayList<>()).add(project.layer());
            }
        }
        JointProjections joint = new JointProjections();
        Set<Linear> elsewhere = new HashSet<>(); // read other rows too, beside other projections
        for (List<Linear> group : readers.values()) {
            for (Linear layer : group) {
                List<Linear> before = joint.groups.putIfAbsent(layer, group);
                if (before != null && !before.equals(group)) {
                    elsewhere.add(layer);
                }
            }
        }
        joint.groups.values().removeIf(group -> !isAlike(group) || !Collections.disjoint(group, elsewhere));
        return joint;
    }

    private static boolean isAlike(List<Linear> group) {
        return group.stream().map(layer -> layer.bias().isPresent()).distinct().count() == 1;
    }

    /** Each projection for itself: where nothing is learned, the same weights would be joined anew for every batch. */
    static JointProjections none() {
        return new JointProjections();
    }

    /** The projections that read what this one reads, in order, itself among them. */
    List<Linear> with(Linear layer) {
        return groups.getOrDefault(layer, List.of(layer));
    }
}
