package dev.juxta.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.Hit;
import dev.juxta.LoadOptions;
import dev.juxta.TextPair;
import dev.juxta.TokenVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateTest {

    private static final HashTokenEmbedder WORDS = HashTokenEmbedder.SMALL;

    private static final IndexSettings SETTINGS =
            IndexSettings.of(Bm25Options.of(Language.EN), "none").with(IndexSettings.TokenVectors.of(WORDS));

    private static final Path FIXTURE =
            Path.of("..", "juxta-core", "src", "test", "resources", "golden", "colbert-saved");

    @TempDir
    private Path folder;

    private static List<Passage> passages(String file, int count) {
        Random random = new Random(file.hashCode());
        List<Passage> passages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 12; word++) {
                text.append("w").append(random.nextInt(400)).append(' ');
            }
            String said = text.toString();
            passages.add(new Passage(file + "#" + i, "", said, Optional.of(Origin.of(file, 0, said.length()))));
        }
        return passages;
    }

    private void write(List<Passage> passages) throws IOException {
        try (PassageIndexWriter writer = PassageIndexWriter.open(folder, SETTINGS, IndexedModels.late(WORDS))) {
            writer.add(passages);
            writer.record(new IndexedFile(passages.get(0).origin().orElseThrow().file(), 1, 2, "hash", 1, true));
            writer.commit();
        }
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(Hit::id).toList();
    }

    private static float[][] sample(int count, int dimensions) {
        Random random = new Random(5);
        float[][] centres = HashTokenEmbedder.SMALL.query("a b c d e f g");
        float[][] sample = new float[count][dimensions];
        for (int i = 0; i < count; i++) {
            float[] centre = centres[random.nextInt(centres.length)];
            double squares = 0;
            for (int j = 0; j < dimensions; j++) {
                sample[i][j] = centre[j] + 0.08f * (float) random.nextGaussian();
                squares += sample[i][j] * sample[i][j];
            }
            for (int j = 0; j < dimensions; j++) {
                sample[i][j] /= (float) Math.sqrt(squares);
            }
        }
        return sample;
    }

    /** Seven clusters: what is decoded is close to what was encoded, also with dimensions that fill no whole byte. */
    @Test
    void aCodebookKeepsVectorsInAnEighth() {
        for (int dimensions : List.of(32, 31, 29, 1)) {
            float[][] sample = sample(2000, dimensions);
            TokenCodebook made = TokenCodebook.train(3, List.of(sample));
            byte[] written = made.write();
            TokenCodebook codebook = TokenCodebook.read(written, 0, written.length);
            float[][] passage = java.util.Arrays.copyOf(sample, 50);
            TokenCodebook.Encoded encoded = codebook.encode(passage);
            assertThat(encoded.code()).isEqualTo(made.encode(passage).code());
            assertThat(encoded.code()).hasSize(1 + 50 * (2 + (dimensions + 1) / 2));
            assertThat(TokenCodebook.numberOf(encoded.code(), 0)).isEqualTo(3);
            assertThat(codebook.count(encoded.code().length)).isEqualTo(50);
            float[] vector = new float[dimensions];
            double likeness = 0;
            for (int i = 0; i < 50; i++) {
                codebook.decode(encoded.code(), 0, 50, i, vector);
                likeness += TokenVectors.maxSim(new float[][] {vector}, new float[][] {passage[i]}) / 50;
            }
            assertThat(likeness).as("%d dimensions", dimensions).isGreaterThan(0.97);
        }
    }

    @Test
    void oneVectorMakesACodebookToo() {
        float[][] one = {{0.6f, 0.8f}};
        TokenCodebook codebook = TokenCodebook.train(0, List.of(one));
        float[] vector = new float[2];
        codebook.decode(codebook.encode(one).code(), 0, 1, 0, vector);
        assertThat(vector).containsExactly(one[0], within(1e-6f));
    }

    @Test
    void findsWhatMaxSimFinds() throws IOException {
        List<Passage> passages = passages("f", 1500);
        write(passages);
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThat(index.size()).isEqualTo(1500);
            assertThat(index.settings()).isEqualTo(SETTINGS);
            Late late = index.late(WORDS);
            Map<String, float[][]> vectors =
                    passages.stream().collect(Collectors.toMap(Passage::id, passage -> WORDS.query(passage.text())));
            int exact = 0;
            int probed = 0;
            for (int i = 0; i < 20; i++) {
                String query = passages.get(i * 31).text().substring(0, 20);
                float[][] tokens = WORDS.query(query);
                Set<String> expected = new HashSet<>(passages.stream()
                        .sorted(Comparator.comparingDouble((Passage one) ->
                                -TokenVectors.maxSim(tokens, vectors.getOrDefault(one.id(), new float[0][]))))
                        .limit(10)
                        .map(Passage::id)
                        .toList());
                List<Hit> hits = late.exactly().retrieve(query, 10);
                assertThat(hits)
                        .isSortedAccordingTo(
                                Comparator.comparingDouble(Hit::score).reversed());
                assertThat(hits.get(0).score())
                        .isCloseTo(
                                TokenVectors.maxSim(
                                        tokens, WORDS.query(hits.get(0).text())),
                                within(0.15 * tokens.length));
                exact += (int) ids(hits).stream().filter(expected::contains).count();
                probed += (int) ids(late.throughCentroids().retrieve(query, 10)).stream()
                        .filter(expected::contains)
                        .count();
            }
            assertThat(exact / 200.0).isGreaterThan(0.85);
            assertThat(probed / 200.0).isGreaterThan(0.7);
        }
    }

    @Test
    void growsByNewCodebooksAndForgetsWhatIsRemoved() throws IOException {
        write(passages("few", 5));
        write(passages("many", 3000));
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThat(index.codebooks().size()).isBetween(2, 4);
            assertThat(index.size()).isEqualTo(3005);
            for (Late late :
                    List.of(index.late(WORDS).exactly(), index.late(WORDS).throughCentroids())) {
                for (Passage passage : List.of(
                        passages("few", 5).get(2), passages("many", 3000).get(2900))) {
                    assertThat(ids(late.retrieve(passage.text(), 3))).first().isEqualTo(passage.id());
                }
            }
        }
        try (PassageIndexWriter writer = PassageIndexWriter.open(folder, SETTINGS, IndexedModels.late(WORDS))) {
            writer.remove("many");
            writer.commit();
        }
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThat(index.size()).isEqualTo(5);
            for (Late late :
                    List.of(index.late(WORDS).exactly(), index.late(WORDS).throughCentroids())) {
                assertThat(ids(late.retrieve("w1 w2 w3 w4 w5 w6", 9)))
                        .isNotEmpty()
                        .allMatch(id -> id.startsWith("few#"));
            }
        }
    }

    @Test
    void otherWeightsAreRefused() throws IOException {
        write(passages("f", 3));
        HashTokenEmbedder other = new HashTokenEmbedder("others", "0000", 32);
        assertThatThrownBy(() -> PassageIndexWriter.open(folder, SETTINGS, IndexedModels.late(other)))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("others has other weights (0000)");
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThatThrownBy(() -> index.late(other)).hasMessageContaining("made by hashed words (weights fedcba98)");
            assertThatThrownBy(() -> index.dense(HashEmbedder.SMALL)).hasMessageContaining("has no vectors");
        }
    }

    /** The compressed sums of a real (tiny) model stand close to its own, and the list it reranks is exact. */
    @Test
    void aColbertModelSearchesAndReranks() throws IOException {
        List<Passage> passages = new ArrayList<>();
        String[] subjects = {"rivers", "mountains", "Berlin", "bread", "music", "winter", "horses", "glass"};
        String[] verbs = {"cross", "surround", "need", "remember", "follow", "change", "carry"};
        for (String subject : subjects) {
            for (String verb : verbs) {
                passages.add(Passage.document(subject + verb, "", "Some " + subject + " " + verb + " the old town."));
            }
        }
        try (LateInteractionEmbedder model = LateInteractionEmbedder.load(
                FIXTURE.toString(), LoadOptions.defaults().withEngine("reference"))) {
            IndexSettings settings =
                    IndexSettings.of(Bm25Options.of(Language.EN), "none").with(IndexSettings.TokenVectors.of(model));
            try (PassageIndexWriter writer = PassageIndexWriter.open(folder, settings, IndexedModels.late(model))) {
                writer.add(passages);
                writer.commit();
            }
            String query = "which rivers cross the town";
            try (PassageIndex index = PassageIndex.open(folder)) {
                List<Hit> hits = index.late(model).retrieve(query, passages.size());
                assertThat(hits).hasSameSizeAs(passages);
                double[] own = hits.stream()
                        .mapToDouble(hit -> model.model()
                                .score(List.of(new TextPair(query, hit.text())))
                                .get(0)
                                .logit())
                        .toArray();
                double[] compressed = hits.stream().mapToDouble(Hit::score).toArray();
                assertThat(dev.juxta.measure.SimilarityMeasure.parse("Pearson").of(compressed, own))
                        .isGreaterThan(0.9);
                PipelineResult reranked = Pipeline.from("bm25", index.bm25(), 60)
                        .then("late", model.model(), 60)
                        .run(query, 60);
                for (Hit hit : reranked.hits()) {
                    float[][] document = model.documents(List.of(hit.text())).get(0);
                    assertThat(hit.score())
                            .isCloseTo(model.model().similarity(model.query(query), document), within(1e-4));
                }
            }
        }
    }
}
