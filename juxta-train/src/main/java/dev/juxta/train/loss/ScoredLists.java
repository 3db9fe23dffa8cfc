package dev.juxta.train.loss;

/**
 * The scores of several lists end to end: of each query's documents, or of each pair's classes.
 *
 * @param scores logits, [scores]
 * @param labels what each of them should be, [scores]; what that means is the loss's business
 * @param offsets where each list begins, and the number of scores last, [lists + 1]
 */
public record ScoredLists(float[] scores, float[] labels, int[] offsets) {

    public ScoredLists {
        if (labels.length != scores.length) {
            throw new IllegalArgumentException(scores.length + " scores have " + labels.length + " labels");
        }
        if (offsets.length < 2 || offsets[0] != 0 || offsets[offsets.length - 1] != scores.length) {
            throw new IllegalArgumentException("Offsets must run from 0 to the number of scores, " + scores.length);
        }
        for (int i = 1; i < offsets.length; i++) {
            if (offsets[i] <= offsets[i - 1]) {
                throw new IllegalArgumentException("List " + (i - 1) + " is empty");
            }
        }
    }

    /** The number of lists. */
    public int lists() {
        return offsets.length - 1;
    }

    /** The number of scores in a list. */
    public int length(int list) {
        return offsets[list + 1] - offsets[list];
    }

    /** The most scores that a list has. */
    int longest() {
        int longest = 0;
        for (int i = 0; i < lists(); i++) {
            longest = Math.max(longest, length(i));
        }
        return longest;
    }
}
