package dev.juxta.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.Hit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PassageIndexTest {

    private static final IndexSettings WORDS = IndexSettings.of(Bm25Options.of(Language.EN), "none");

    @TempDir
    private Path folder;

    private static Passage passage(String file, int number, String text) {
        return new Passage(file + "#" + number, "", text, Optional.of(Origin.of(file, 0, text.length())));
    }

    private static IndexedFile file(String path) {
        return new IndexedFile(path, 1, 2, "hash", 1, true);
    }

    private static IndexSettings vectors(VectorFormat format) {
        return WORDS.with(IndexSettings.Vectors.of(HashEmbedder.SMALL, format));
    }

    private static List<String> ids(List<Hit> hits) {
        return hits.stream().map(Hit::id).toList();
    }

    /** Texts of random words, so that neighbours exist. */
    private static List<Passage> passages(int count) {
        Random random = new Random(7);
        List<Passage> passages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 12; word++) {
                text.append("w").append(random.nextInt(400)).append(' ');
            }
            passages.add(passage("f", i, text.toString()));
        }
        return passages;
    }

    @Test
    void whatIsNotCommittedIsNotThere() throws IOException {
        try (PassageIndexWriter writer = PassageIndexWriter.open(folder, WORDS, IndexedModels.none())) {
            writer.add(List.of(passage("a", 1, "first words")));
            writer.record(file("a"));
            writer.commit();
            writer.add(List.of(passage("b", 1, "second words")));
            writer.record(file("b"));
            try (PassageIndex index = PassageIndex.open(folder)) {
                assertThat(ids(index.bm25().retrieve("words", 9))).containsExactly("a#1");
            }
        }
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThat(index.size()).isEqualTo(1);
            assertThat(index.files()).containsOnlyKeys("a");
            assertThat(index.settings()).isEqualTo(WORDS);
            assertThat(index.passage("a#1")).contains(passage("a", 1, "first words"));
            assertThat(index.passage("b#1")).isEmpty();
        }
    }

    @Test
    void readersGoOnWhileAWriterWrites() throws Exception {
        try (PassageIndexWriter writer = PassageIndexWriter.open(folder, WORDS, IndexedModels.none())) {
            writer.add(List.of(passage("f0", 1, "common words")));
            writer.record(file("f0"));
            writer.commit();
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(3);
            List<Future<Integer>> readers = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                readers.add(threads.submit(() -> {
                    int most = 0;
                    while (!done.get()) {
                        try (PassageIndex index = PassageIndex.open(folder)) {
                            int size = index.size();
                            assertThat(index.bm25().retrieve("common", 1000)).hasSize(size);
                            assertThat(size).isGreaterThanOrEqualTo(most);
                            most = size;
                        }
                    }
                    return most;
                }));
            }
            for (int i = 1; i <= 40; i++) {
                writer.add(List.of(passage("f" + i, 1, "common words"), passage("f" + i, 2, "common words")));
                writer.record(file("f" + i));
                writer.commit();
            }
            done.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
            threads.shutdown();
        }
    }

    @Test
    void aSecondWriterIsRefused() throws IOException {
        try (PassageIndexWriter writer = PassageIndexWriter.open(folder, WORDS, IndexedModels.none())) {
            writer.commit();
            assertThatThrownBy(() -> PassageIndexWriter.open(folder, WORDS, IndexedModels.none()))
                    .isInstanceOf(IndexException.class)
                    .hasMessage("Another process is writing to \"" + folder + "\"; wait until it is done");
        }
    }

    @Test
    void otherSettingsAreRefused() throws IOException {
        PassageIndexWriter first = PassageIndexWriter.open(folder, WORDS, IndexedModels.none());
        first.commit();
        first.close();
        IndexSettings german = IndexSettings.of(Bm25Options.of(Language.DE), "none");
        assertThatThrownBy(() -> PassageIndexWriter.open(folder, german, IndexedModels.none()))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("was made with language en")
                .hasMessageContaining("language de");
    }

    @Test
    void aFolderOfOtherFilesIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> PassageIndexWriter.open(folder, WORDS, IndexedModels.none()))
                .hasMessageContaining("holds other files");
        assertThatThrownBy(() -> PassageIndex.open(folder)).hasMessageContaining("holds no index");
        assertThatThrownBy(() -> PassageIndex.open(folder.resolve("none")))
                .hasMessageContaining("There is no index in");
    }

    @Test
    void damageToAnyFileIsFound() throws IOException {
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(folder, vectors(VectorFormat.INT8), IndexedModels.dense(HashEmbedder.SMALL))) {
            writer.add(passages(200));
            writer.record(file("f"));
            writer.commit();
        }
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(path -> !path.endsWith("write.lock")).sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(2);
        for (Path damaged : files) {
            byte[] whole = Files.readAllBytes(damaged);
            byte[] flipped = whole.clone();
            flipped[whole.length / 2] ^= 0x10;
            for (byte[] wrong : List.of(flipped, java.util.Arrays.copyOf(whole, whole.length / 2), new byte[0])) {
                Files.write(damaged, wrong);
                assertThatThrownBy(() -> PassageIndex.open(folder).close())
                        .as("%s with %d bytes", damaged.getFileName(), wrong.length)
                        .isInstanceOf(IndexException.class)
                        .hasMessageContaining(folder.toString());
            }
            Files.write(damaged, whole);
        }
        PassageIndex.open(folder).close();
    }

    @Test
    void otherWeightsAreRefused() throws IOException {
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(folder, vectors(VectorFormat.FLOAT), IndexedModels.dense(HashEmbedder.SMALL))) {
            writer.add(passages(3));
            writer.commit();
        }
        HashEmbedder other = new HashEmbedder("others", "0000000000000000", 32);
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThatThrownBy(() -> index.dense(other))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("made by hashes (weights abcdef01), and others has other weights (00000000)");
            HashEmbedder renamed = new HashEmbedder("moved", HashEmbedder.SMALL.fingerprint(), 32);
            assertThat(index.dense(renamed).retrieve("w1", 1)).hasSize(1);
        }
    }

    @Test
    void anIndexOfOtherWeightsIsNotWrittenTo() throws IOException {
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(folder, vectors(VectorFormat.FLOAT), IndexedModels.dense(HashEmbedder.SMALL))) {
            writer.add(passages(3));
            writer.commit();
        }
        HashEmbedder other = new HashEmbedder("others", "0000000000000000", 32);
        IndexSettings same = PassageIndex.settingsOf(folder);
        assertThatThrownBy(() -> PassageIndexWriter.open(folder, same, IndexedModels.dense(other)))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("others has other weights (00000000)");
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThat(index.size()).isEqualTo(3);
        }
    }

    @Test
    void equalIdsOfSeveralLinesAreToldApart() throws IOException {
        List<Passage> same = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            Origin origin = new Origin(i < 3 ? "a.jsonl" : "b.tsv", 7 * i, 0, 0, 4);
            same.add(new Passage(i == 4 ? "own" : "same", "", "word" + i + " shared", Optional.of(origin)));
        }
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(folder, vectors(VectorFormat.FLOAT), IndexedModels.dense(HashEmbedder.SMALL))) {
            writer.add(same);
            writer.commit();
        }
        try (PassageIndex index = PassageIndex.open(folder)) {
            Dense dense = index.dense(HashEmbedder.SMALL);
            Hybrid hybrid = new Hybrid(List.of(index.bm25(), dense), Fusion.reciprocalRanks());
            for (dev.juxta.Retriever retriever : List.of(index.bm25(), dense, hybrid)) {
                List<Hit> hits = retriever.retrieve("shared", 9);
                assertThat(ids(hits))
                        .containsExactlyInAnyOrder("a.jsonl:7:same", "a.jsonl:14:same", "b.tsv:21:same", "own");
                for (Hit hit : hits) {
                    assertThat(index.passage(hit.id()).orElseThrow().text()).isEqualTo(hit.text());
                }
            }
        }
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(folder, vectors(VectorFormat.FLOAT), IndexedModels.dense(HashEmbedder.SMALL))) {
            writer.remove("a.jsonl");
            writer.commit();
        }
        try (PassageIndex index = PassageIndex.open(folder)) {
            assertThat(ids(index.bm25().retrieve("shared", 9))).containsExactlyInAnyOrder("same", "own");
        }
    }

    @Test
    void exactSearchIsTheDefinition() throws IOException {
        List<Passage> passages = passages(500);
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(folder, vectors(VectorFormat.FLOAT), IndexedModels.dense(HashEmbedder.SMALL))) {
            writer.add(passages);
            writer.commit();
        }
        float[] query = HashEmbedder.SMALL.query("w5 w17 w200");
        List<String> expected = passages.stream()
                .sorted(java.util.Comparator.comparingDouble(
                        (Passage one) -> -dot(query, HashEmbedder.SMALL.query(one.reading()))))
                .limit(10)
                .map(Passage::id)
                .toList();
        try (PassageIndex index = PassageIndex.open(folder)) {
            List<Hit> hits = index.dense(HashEmbedder.SMALL).exactly().retrieve(query, 10);
            assertThat(ids(hits)).isEqualTo(expected);
            assertThat(hits.get(0).score())
                    .isCloseTo(
                            dot(query, HashEmbedder.SMALL.query(hits.get(0).text())),
                            org.assertj.core.api.Assertions.within(1e-5));
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(VectorFormat.class)
    void theGraphFindsMostOfWhatComparingAllFinds(VectorFormat format) throws IOException {
        List<Passage> passages = passages(3000);
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(folder, vectors(format), IndexedModels.dense(HashEmbedder.SMALL))) {
            writer.add(passages);
            writer.commit();
        }
        try (PassageIndex index = PassageIndex.open(folder)) {
            Dense dense = index.dense(HashEmbedder.SMALL);
            int same = 0;
            for (int i = 0; i < 50; i++) {
                String query = passages.get(i * 7).text();
                Set<String> exact = new HashSet<>(ids(dense.exactly().retrieve(query, 10)));
                exact.retainAll(ids(dense.throughGraph(200).retrieve(query, 10)));
                same += exact.size();
            }
            assertThat(same / 500.0).isGreaterThan(format == VectorFormat.INT4 ? 0.9 : 0.95);
        }
    }
}
