package dev.juxta.train;

import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.model.Architecture;
import dev.juxta.text.PairTokenizer;
import dev.juxta.text.TokenizedPair;
import dev.juxta.text.TokenizerFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A cross-encoder's: one sequence per pair, and the logits are the scores.
 *
 * @param maxLength tokens per pair
 */
record PairScoring(Architecture architecture, TokenizerFiles tokenizer, int maxLength) implements Scoring {

    @Override
    public Batch read(List<Example> examples) {
        List<Sequence> sequences = new ArrayList<>();
        for (Example example : examples) {
            PairTokenizer.First query = tokenizer.tokenizer().first("", example.query());
            for (String document : example.documents()) {
                sequences.add(sequence(query, document));
            }
        }
        return new Pairs(sequences);
    }

    private Sequence sequence(PairTokenizer.First query, String document) {
        TokenizedPair pair = query.with(document, maxLength);
        int length = architecture.scoredTokens(pair.ids());
        int[] ids = Arrays.copyOf(pair.ids(), length);
        boolean segments =
                architecture.segments() > 1 && tokenizer.usesSegments().orElse(architecture.readsSegments());
        int[] types = segments ? Arrays.copyOf(pair.segments(), length) : new int[length];
        return new Sequence(ids, types, architecture.positions(ids));
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
