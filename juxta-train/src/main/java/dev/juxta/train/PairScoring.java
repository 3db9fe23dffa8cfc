package dev.juxta.train;

import dev.juxta.SequenceForm;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.text.PairTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A cross-encoder's: one sequence per pair, and the logits are the scores.
 *
 * @param form how its network reads tokens
 * @param maxLength tokens per pair
 */
record PairScoring(SequenceForm form, PairTokenizer tokenizer, int maxLength) implements Scoring {

    @Override
    public Batch read(List<Example> examples) {
        List<Sequence> sequences = new ArrayList<>();
        for (Example example : examples) {
            PairTokenizer.First query = tokenizer.first("", example.query());
            for (String document : example.documents()) {
                sequences.add(form.of(query.with(document, maxLength)));
            }
        }
        return new Pairs(sequences);
    }

    private record Pairs(List<Sequence> sequences) implements Batch {

        @Override
        public float[] scores(List<float[]> outputs) {
            int labels = outputs.get(0).length;
            float[] scores = new float[outputs.size() * labels];
            for (int i = 0; i < outputs.size(); i++) {
                System.arraycopy(outputs.get(i), 0, scores, i * labels, labels);
            }
            return scores;
        }

        @Override
        public List<float[]> slopes(List<float[]> outputs, float[] slopes) {
            int labels = outputs.get(0).length;
            List<float[]> all = new ArrayList<>();
            for (int i = 0; i < outputs.size(); i++) {
                all.add(Arrays.copyOfRange(slopes, i * labels, (i + 1) * labels));
            }
            return all;
        }
    }
}
