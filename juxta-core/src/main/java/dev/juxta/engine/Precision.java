package dev.juxta.engine;

import java.util.Arrays;
import java.util.Locale;

/** The number format in which an engine multiplies. */
public enum Precision {
    /** the fastest that the machine has and that keeps the model's ranking */
    AUTO,
    FP32,
    BF16,
    INT8;

    /**
     * Reads {@code auto}, {@code fp32}, {@code bf16} or {@code int8}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Precision parse(String text) {
        return Arrays.stream(values())
                .filter(precision -> precision.toString().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "precision \"" + text + "\" is not one of auto, fp32, bf16, int8"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
