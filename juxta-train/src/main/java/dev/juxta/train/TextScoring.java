package dev.juxta.train;

import dev.juxta.engine.PackedBatch.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * That of a model which reads each text for itself: c times a similarity. Each distinct text of a batch is read once.
 *
 * @param width of the network's rows
 * @param rowPerToken whether it makes a row of each token, and not one of each text
 * @param scale c
 */
record TextScoring(TextReading reading, TextSimilarity similarity, int width, boolean rowPerToken, double scale)
        implements Scoring {

    @Override
    public Batch read(List<Example> examples) {
        return new Texts(examples);
    }

    private final class Texts implements Batch {

        private final List<Example> examples;
        private final Map<String, Integer> queries = new LinkedHashMap<>(); // to the number of the sequence
        private final Map<String, Integer> documents = new LinkedHashMap<>();
        private final List<Sequence> sequences = new ArrayList<>();
        private final List<int[]> compared = new ArrayList<>(); // of each sequence's rows

        Texts(List<Example> examples) {
            this.examples = examples;
            for (Example example : examples) {
                queries.computeIfAbsent(example.query(), text -> {
                    Sequence query = reading.query(text);
                    return add(query, rowPerToken ? rows(query.ids().length) : rows(1));
                });
                for (String document : example.documents()) {
                    documents.computeIfAbsent(document, text -> {
                        Sequence sequence = reading.document(text);
                        return add(sequence, rowPerToken ? reading.compared(sequence) : rows(1));
                    });
                }
            }
        }

        private int add(Sequence sequence, int[] rows) {
            sequences.add(sequence);
            compared.add(rows);
            return sequences.size() - 1;
        }

        private static int[] rows(int count) {
            int[] rows = new int[count];
            Arrays.setAll(rows, i -> i);
            return rows;
        }

        @Override
        public List<Sequence> sequences() {
            return sequences;
        }

        @Override
        public float[] scores(List<float[]> outputs) {
            float[] scores = new float
                    [examples.stream()
                            .mapToInt(example -> example.documents().size())
                            .sum()];
            int next = 0;
            for (Example example : examples) {
                List<float[]> texts = compared(outputs, numbers(example));
                for (float found : similarity.of(texts.get(0), texts.subList(1, texts.size()))) {
                    scores[next++] = (float) (scale * found);
                }
            }
            return scores;
        }

        @Override
        public List<float[]> slopes(List<float[]> outputs, float[] slopes) {
            List<float[]> all = new ArrayList<>();
            outputs.forEach(output -> all.add(new float[output.length]));
            int from = 0;
            for (Example example : examples) {
                List<Integer> numbers = numbers(example);
                List<float[]> texts = compared(outputs, numbers);
                float[] own = new float[texts.size() - 1];
                for (int i = 0; i < own.length; i++) {
                    own[i] = (float) (scale * slopes[from++]);
                }
                List<float[]> parts = similarity.slopes(texts.get(0), texts.subList(1, texts.size()), own);
                for (int i = 0; i < parts.size(); i++) {
                    add(parts.get(i), compared.get(numbers.get(i)), all.get(numbers.get(i)));
                }
            }
            return all;
        }

        /** The sequences of an example: its query's, then its documents'. */
        private List<Integer> numbers(Example example) {
            List<Integer> numbers = new ArrayList<>();
            numbers.add(queries.getOrDefault(example.query(), -1));
            example.documents().forEach(document -> numbers.add(documents.getOrDefault(document, -1)));
            return numbers;
        }

        /** The rows that are compared, of each text. */
        private List<float[]> compared(List<float[]> outputs, List<Integer> numbers) {
            return numbers.stream()
                    .map(number -> {
                        int[] rows = compared.get(number);
                        float[] chosen = new float[rows.length * width];
                        for (int i = 0; i < rows.length; i++) {
                            System.arraycopy(outputs.get(number), rows[i] * width, chosen, i * width, width);
                        }
                        return chosen;
                    })
                    .toList();
        }

        private void add(float[] part, int[] rows, float[] sum) {
            for (int i = 0; i < rows.length; i++) {
                for (int x = 0; x < width; x++) {
                    sum[rows[i] * width + x] += part[i * width + x];
                }
            }
        }
    }
}
