package dev.juxta.onednn;

import dev.juxta.ops.Value;
import java.util.HashMap;
import java.util.Map;

/** How each quantized value of a plan is rounded: found once, the same for who writes it and who reads it. */
final class ValueSteps {

    private final NumberTypes types;
    private final Map<Value, Quantization.Steps> known = new HashMap<>();

    ValueSteps(NumberTypes types) {
        this.types = types;
    }

    /** The steps of a value that is rounded to bytes. */
    Quantization.Steps of(Value value) {
        return known.computeIfAbsent(value, types::steps);
    }
}
