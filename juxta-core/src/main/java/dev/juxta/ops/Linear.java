package dev.juxta.ops;

import dev.juxta.checkpoint.Weight;
import java.util.Optional;

/**
 * A fully connected layer, y = x·Wᵀ + b.
 *
 * @param weight W [out, in], as checkpoints store it
 * @param bias b [out]
 */
public record Linear(Weight weight, Optional<Weight> bias) {
    public Linear {
        if (weight.rank() != 2) {
            throw new IllegalArgumentException("The weight of a linear layer has two dimensions, not " + weight);
        }
        if (bias.isPresent() && (bias.get().rank() != 1 || bias.get().size(0) != weight.size(0))) {
            throw new IllegalArgumentException(bias.get() + " is not a bias for " + weight);
        }
    }

    public int in() {
        return weight.size(1);
    }

    public int out() {
        return weight.size(0);
    }

    /** The layer that makes the outputs from {@code from} to {@code to} only. */
    public Linear outputs(int from, int to) {
        return new Linear(weight.range(from, to), bias.map(all -> all.range(from, to)));
    }
}
