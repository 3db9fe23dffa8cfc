package dev.juxta.measure;

import java.util.stream.IntStream;

/**
 * How often each class was predicted and expected.
 *
 * @param predicted [classes]
 * @param expected [classes]
 * @param right [classes], of those predicted
 */
record ClassCounts(int[] predicted, int[] expected, int[] right) {

    static ClassCounts of(double[][] probabilities, int[] expected) {
        Samples.requireSame(probabilities.length, expected.length);
        int classes = probabilities[0].length;
        ClassCounts counts = new ClassCounts(new int[classes], new int[classes], new int[classes]);
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] < 0 || expected[i] >= classes) {
                throw new IllegalArgumentException(
                        "Pair " + i + " is of class " + expected[i] + ", and there are " + classes + " classes");
            }
            int best = largest(probabilities[i]);
            counts.predicted[best]++;
            counts.expected[expected[i]]++;
            counts.right[best] += best == expected[i] ? 1 : 0;
        }
        return counts;
    }

    /** The index of the largest, of equals the first. */
    static int largest(double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }

    /** The F1 of a class; 0 where none of its pairs was found. */
    double f1(int label) {
        int sum = predicted[label] + expected[label];
        return sum == 0 ? 0 : 2.0 * right[label] / sum;
    }

    /** The classes that were predicted or expected at all. */
    IntStream seen() {
        return IntStream.range(0, predicted.length).filter(label -> predicted[label] + expected[label] > 0);
    }

    int pairs() {
        return IntStream.of(expected).sum();
    }
}
