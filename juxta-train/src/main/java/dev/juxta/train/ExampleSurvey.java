package dev.juxta.train;

import dev.juxta.data.InputException;
import dev.juxta.train.loss.Loss;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a training must know of all examples before its first step.
 *
 * @param characters a measure of each example's length, [examples]
 * @param fingerprint of all texts and labels, in their order
 */
record ExampleSurvey(int[] characters, int fingerprint) {

    /**
     * Reads every example once.
     *
     * @throws InputException if there are none, one has a label that the loss cannot learn, or none teaches it anything
     */
    static ExampleSurvey of(ExampleSource examples, Loss loss) throws IOException {
        if (examples.size() == 0) {
            throw new InputException("there are no examples to learn from");
        }
        int[] characters = new int[examples.size()];
        int hash = 1;
        boolean compared = false;
        for (int i = 0; i < characters.length; i++) {
            Example example = examples.get(i);
            for (float label : example.labels()) {
                Optional<String> refusal = loss.refusal(label);
                if (refusal.isPresent()) {
                    throw new InputException(examples.place(i) + ": " + refusal.get());
                }
            }
            characters[i] = example.characters();
            compared |= example.documents().size() > 1;
            hash = 31 * hash + example.query().hashCode();
            hash = 31 * hash + example.documents().hashCode();
            hash = 31 * hash + Arrays.hashCode(example.labels());
        }
        if (loss.comparesDocuments() && !compared) {
            throw new InputException("the loss " + loss.name() + " compares the documents of a query, and each of the "
                    + characters.length + " examples has one; use bce or mse, or data with negatives or lists");
        }
        return new ExampleSurvey(characters, hash);
    }
}
