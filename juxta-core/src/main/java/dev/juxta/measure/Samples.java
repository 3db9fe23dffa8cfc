package dev.juxta.measure;

/** What every measure of pairs asks of its samples. */
final class Samples {

    private Samples() {}

    /** Refuses samples that do not belong together. */
    static void requireSame(int predicted, int expected) {
        if (predicted != expected || predicted == 0) {
            throw new IllegalArgumentException("There are " + predicted + " predictions and " + expected
                    + " expected values, and both must be the same" + " number above 0");
        }
    }
}
