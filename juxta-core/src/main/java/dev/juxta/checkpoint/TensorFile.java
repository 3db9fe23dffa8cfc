package dev.juxta.checkpoint;

import java.util.Map;
import java.util.Set;

/**
 * What a file of weights holds.
 *
 * @param weights its tensors of fractions
 * @param others names of its tensors of whole numbers, which are never weights
 */
record TensorFile(Map<String, Weight> weights, Set<String> others) {

    boolean contains(String name) {
        return weights.containsKey(name) || others.contains(name);
    }
}
