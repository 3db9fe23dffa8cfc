package dev.juxta.train;

/**
 * Held-out examples by which a training is judged while it goes on. The model that is written is the best one, not the
 * last.
 *
 * @param examples none of which should be trained on
 * @param every steps between evaluations; there is one at the end too
 * @param patience how many evaluations in a row may bring nothing better before the training ends
 */
public record Validation(ExampleSource examples, long every, int patience) {

    public Validation {
        if (every < 1 || patience < 1) {
            throw new IllegalArgumentException(
                    "Steps between evaluations and patience must be at least 1: " + every + ", " + patience);
        }
        if (examples.size() == 0) {
            throw new IllegalArgumentException("There are no examples to validate by");
        }
    }

    /**
     * What evaluations found so far.
     *
     * @param step after which the last was made
     * @param value of the last: the mean nDCG@10 of lists with grades, else the loss with its sign changed, so that more is
     *     better
     * @param bestStep after which the best was made
     * @param bestValue of the best
     * @param since evaluations since the best
     */
    public record Standing(long step, double value, long bestStep, double bestValue, int since) {

        /** With one more evaluation. */
        Standing then(long next, double found) {
            return found > bestValue
                    ? new Standing(next, found, next, found, 0)
                    : new Standing(next, found, bestStep, bestValue, since + 1);
        }

        static Standing first(long step, double value) {
            return new Standing(step, value, step, value, 0);
        }
    }
}
