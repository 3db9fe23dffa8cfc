package dev.juxta.train;

import java.util.Arrays;
import java.util.Locale;

/** How the learning rate falls once it has risen. */
public enum Schedule {
    CONSTANT {
        @Override
        double fall(double part) {
            return 1;
        }
    },
    LINEAR {
        @Override
        double fall(double part) {
            return 1 - part;
        }
    },
    COSINE {
        @Override
        double fall(double part) {
            return (1 + Math.cos(Math.PI * part)) / 2;
        }
    };

    /** The factor after {@code part} of the way down. */
    abstract double fall(double part);

    /**
     * The factor on the learning rate.
     *
     * @param progress the part of all training that is done, 0 to 1
     * @param warmup the part in which the rate rises from 0
     */
    double factor(double progress, double warmup) {
        if (progress < warmup) {
            return progress / warmup;
        }
        return fall(Math.min(1, (progress - warmup) / Math.max(1e-12, 1 - warmup)));
    }

    /**
     * Reads {@code constant}, {@code linear} or {@code cosine}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Schedule parse(String text) {
        return Arrays.stream(values())
                .filter(schedule -> schedule.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "schedule \"" + text + "\" is not one of constant, linear, cosine"));
    }
}
