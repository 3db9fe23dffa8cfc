package dev.juxta.search.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.search.Bm25Options;
import dev.juxta.search.IndexSettings;
import dev.juxta.search.IndexedModels;
import dev.juxta.search.Language;
import dev.juxta.search.PassageIndex;
import dev.juxta.search.PassageIndexWriter;
import dev.juxta.search.document.Indexing.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that indexes is killed as {@code kill -9} does, and another one goes on. */
class KilledIndexingTest {

    private static final int DOCUMENTS = 2000;

    private static final IndexSettings SETTINGS =
            IndexSettings.of(Bm25Options.of(Language.EN), Splitting.defaults().toString());

    /** Indexes a file slowly, and commits often. Arguments: the file, the index. */
    public static void main(String[] arguments) throws IOException {
        try (PassageIndexWriter writer =
                PassageIndexWriter.open(Path.of(arguments[1]), SETTINGS, IndexedModels.none())) {
            new Indexing(writer, Splitting.defaults(), progress -> pause(), 50_000_000)
                    .update(List.of(Path.of(arguments[0])));
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void losesNothingThatWasCommitted(@TempDir Path folder) throws Exception {
        Path corpus = folder.resolve("corpus.jsonl");
        Path index = folder.resolve("index");
        Files.writeString(
                corpus,
                IntStream.range(0, DOCUMENTS)
                        .mapToObj(i -> "{\"_id\":\"d" + i + "\",\"text\":\"shared number" + i + "\"}\n")
                        .collect(Collectors.joining()));
        int before = 0;
        for (int kill = 0; kill < 2; kill++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledIndexingTest.class.getName(),
                            corpus.toString(),
                            index.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (committed(index) < before + 200 && process.isAlive() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(process.isAlive())
                    .as(Files.readString(folder.resolve("log")))
                    .isTrue();
            process.destroyForcibly().waitFor();
            int after = committed(index);
            assertThat(after).isBetween(before + 200, DOCUMENTS - 1);
            before = after;
        }
        try (PassageIndexWriter writer = PassageIndexWriter.open(index, SETTINGS, IndexedModels.none())) {
            Report report = new Indexing(writer, Splitting.defaults(), progress -> {}).update(List.of(corpus));
            assertThat(report.resumed()).isEqualTo(1);
            assertThat(report.passages()).isEqualTo(DOCUMENTS - before);
        }
        try (PassageIndex opened = PassageIndex.open(index)) {
            assertThat(opened.bm25().retrieve("shared", 2 * DOCUMENTS))
                    .extracting(hit -> hit.id())
                    .doesNotHaveDuplicates()
                    .hasSize(DOCUMENTS);
        }
    }

    private static int committed(Path index) throws IOException {
        if (!PassageIndex.exists(index)) {
            return 0;
        }
        try (PassageIndex opened = PassageIndex.open(index)) {
            return opened.size();
        }
    }
}
