package dev.juxta.measure;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * The name of a measure, taken apart.
 *
 * @param text as it was written
 * @param base what stands before the {@code @}, in lower case
 * @param cutoff what stands after it
 */
record MeasureName(String text, String base, OptionalInt cutoff) {

    private static final int LONGEST_NUMBER = 9;

    static MeasureName parse(String text) {
        String trimmed = text.strip();
        int at = trimmed.indexOf('@');
        if (at < 0) {
            return new MeasureName(text, trimmed.toLowerCase(Locale.ROOT), OptionalInt.empty());
        }
        String number = trimmed.substring(at + 1);
        if (!number.matches("[1-9][0-9]*") || number.length() > LONGEST_NUMBER) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no whole number from 1 on behind its @, as nDCG@10 has");
        }
        return new MeasureName(
                text, trimmed.substring(0, at).toLowerCase(Locale.ROOT), OptionalInt.of(Integer.parseInt(number)));
    }

    /** The cutoff of a measure that means nothing without one. */
    int requiredCutoff() {
        return cutoff.orElseThrow(
                () -> new IllegalArgumentException("\"" + text + "\" needs a cutoff, such as " + text.strip() + "@10"));
    }

    /** The measure, if no cutoff was given, which it does not have. */
    <M> M without(M measure) {
        if (cutoff.isPresent()) {
            throw new IllegalArgumentException("\"" + text + "\" has a cutoff, and " + measure + " takes none");
        }
        return measure;
    }

    /** How a measure with a cutoff that may be absent prints. */
    static String print(String name, OptionalInt cutoff) {
        return cutoff.isPresent() ? name + "@" + cutoff.getAsInt() : name;
    }

    /** A cutoff, if it is one. */
    static int requirePositive(int cutoff) {
        if (cutoff < 1) {
            throw new IllegalArgumentException("A cutoff is at least 1, not " + cutoff);
        }
        return cutoff;
    }
}
