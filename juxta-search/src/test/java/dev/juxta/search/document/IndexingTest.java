package dev.juxta.search.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.data.InputException;
import dev.juxta.search.Bm25Options;
import dev.juxta.search.IndexSettings;
import dev.juxta.search.IndexedFile;
import dev.juxta.search.IndexedModels;
import dev.juxta.search.Language;
import dev.juxta.search.PassageIndex;
import dev.juxta.search.PassageIndexWriter;
import dev.juxta.search.document.Indexing.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexingTest {

    private static final IndexSettings SETTINGS =
            IndexSettings.of(Bm25Options.of(Language.EN), Splitting.defaults().toString());

    @TempDir
    private Path folder;

    private Path docs;
    private Path index;

    @BeforeEach
    void files() throws IOException {
        docs = Files.createDirectories(folder.resolve("docs"));
        index = folder.resolve("index");
        Files.writeString(docs.resolve("a.md"), "# Guide\n\nInstall it.\n\n## Linux\n\nUse the package.\n");
        Files.writeString(docs.resolve("b.txt"), "Plain words about rivers.");
        Files.writeString(docs.resolve("picture.png"), "no text");
    }

    private Report update(Path... arguments) throws IOException {
        try (PassageIndexWriter writer = PassageIndexWriter.open(index, SETTINGS, IndexedModels.none())) {
            return new Indexing(writer, Splitting.defaults(), progress -> {}).update(List.of(arguments));
        }
    }

    private List<String> search(String query) throws IOException {
        try (PassageIndex opened = PassageIndex.open(index)) {
            return opened.bm25().retrieve(query, 100).stream()
                    .map(hit -> Path.of(hit.id()).getFileName().toString())
                    .toList();
        }
    }

    @Test
    void addsReplacesAndRemoves() throws IOException {
        Report first = update(docs);
        assertThat(first.added()).isEqualTo(2);
        assertThat(first.passages()).isEqualTo(3);
        assertThat(search("package")).containsExactly("a.md#2");

        assertThat(update(docs).unchanged()).isEqualTo(2);

        Files.writeString(docs.resolve("b.txt"), "Now about mountains.");
        Files.writeString(docs.resolve("c.txt"), "A new file.");
        Files.delete(docs.resolve("a.md"));
        Report second = update(docs);
        assertThat(List.of(second.added(), second.changed(), second.removed(), second.unchanged()))
                .containsExactly(1, 1, 1, 0);
        assertThat(search("package river")).isEmpty();
        assertThat(search("mountain")).containsExactly("b.txt#1");
    }

    @Test
    void aTouchedFileWithTheSameBytesIsUnchanged() throws IOException {
        update(docs);
        Files.setLastModifiedTime(docs.resolve("b.txt"), FileTime.fromMillis(12_345_678));
        assertThat(update(docs).unchanged()).isEqualTo(2);
    }

    @Test
    void filesOutsideOfTheNamedFoldersStay() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("o.txt"), "Other oceans.");
        update(docs);
        update(other);
        assertThat(search("oceans rivers")).containsExactlyInAnyOrder("o.txt#1", "b.txt#1");
    }

    @Test
    void goesOnWithinALongFile() throws IOException {
        Path corpus = folder.resolve("corpus.jsonl");
        Files.writeString(
                corpus,
                IntStream.range(0, 1000)
                        .mapToObj(i -> "{\"_id\":\"d" + i + "\",\"text\":\"shared number" + i + "\"}\n")
                        .collect(Collectors.joining()));
        // as a killed run leaves it: the first 400 are committed
        try (PassageIndexWriter writer = PassageIndexWriter.open(index, SETTINGS, IndexedModels.none())) {
            assertThatThrownBy(() -> new Indexing(writer, Splitting.defaults(), progress -> {
                                if (progress.passages() == 400) {
                                    try {
                                        IndexedFile seen = new IndexedFile(
                                                corpus.toString(), 1, 1, Indexing.hash(corpus), 400, false);
                                        writer.record(seen);
                                        writer.commit();
                                    } catch (IOException e) {
                                        throw new java.io.UncheckedIOException(e);
                                    }
                                    throw new IllegalStateException("killed");
                                }
                            })
                            .update(List.of(corpus)))
                    .hasMessage("killed");
        }
        Report resumed = update(corpus);
        assertThat(resumed.resumed()).isEqualTo(1);
        assertThat(resumed.passages()).isEqualTo(600);
        try (PassageIndex opened = PassageIndex.open(index)) {
            assertThat(opened.size()).isEqualTo(1000);
            assertThat(opened.bm25().retrieve("shared", 2000)).hasSize(1000);
        }
    }

    @Test
    void aBadFileInAFolderIsPassedOverAndANamedOneIsAnError() throws IOException {
        Files.write(docs.resolve("latin.txt"), new byte[] {'c', 'a', 'f', (byte) 0xE9});
        Files.writeString(docs.resolve("bad.jsonl"), "{\"text\":\"good\"}\n{\"no\":1}\n");
        Report report = update(docs);
        assertThat(report.added()).isEqualTo(2);
        assertThat(report.problems()).hasSize(2);
        assertThat(report.problems().get(0)).contains("bad.jsonl, line 2").contains("text");
        assertThat(report.problems().get(1)).contains("latin.txt").contains("not UTF-8");
        assertThat(search("good")).isEmpty();
        assertThatThrownBy(() -> update(docs.resolve("latin.txt"))).isInstanceOf(InputException.class);
        assertThatThrownBy(() -> update(docs.resolve("picture.png")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("of no format that is known");
        assertThatThrownBy(() -> update(folder.resolve("missing"))).hasMessageContaining("There is no file or folder");
    }

    @Test
    void filesThatCannotBeReadArePassedOver() throws IOException {
        update(docs);
        Files.delete(docs.resolve("b.txt"));
        Files.createSymbolicLink(docs.resolve("b.txt"), docs.resolve("nowhere"));
        Files.createSymbolicLink(docs.resolve("loop.md"), docs.resolve("loop.md"));
        Files.writeString(docs.resolve("z.txt"), "Read after them.");
        Report report = update(docs);
        assertThat(report.problems())
                .containsExactly(
                        "\"" + docs.resolve("b.txt") + "\" cannot be read: it is not there (any more)",
                        "\"" + docs.resolve("loop.md")
                                + "\" cannot be read: Too many levels of symbolic links or unable to access attributes"
                                + " of symbolic link");
        assertThat(search("rivers after")).containsExactlyInAnyOrder("b.txt#1", "z.txt#1");
        assertThatThrownBy(() -> update(docs.resolve("loop.md"))).isInstanceOf(InputException.class);
        assertThat(Indexing.language(List.of(docs))).isEqualTo(Language.EN);
    }

    @Test
    void linksThatLeadBackAreNotFollowedForEver() throws IOException {
        Files.createSymbolicLink(docs.resolve("self"), docs);
        assertThat(update(docs).added()).isEqualTo(2);
    }

    @Test
    void theDirectoryItselfIsAFolderToo() throws IOException {
        DocumentFiles found = DocumentFiles.find(List.of(Path.of(".")));
        assertThat(found.files()).isNotEmpty().noneMatch(Path::isAbsolute).noneMatch(file -> file.startsWith("."));
        assertThat(found.covers("src/gone.txt")).isTrue();
        assertThat(found.covers("../other/gone.txt")).isFalse();
        assertThat(found.covers(docs.resolve("a.md").toString())).isFalse();
    }

    @Test
    void ofABeirFolderTheCorpusIsRead() throws IOException {
        Path beir = folder.resolve("beir");
        Files.createDirectories(beir.resolve("qrels"));
        Files.writeString(beir.resolve("corpus.jsonl"), "{\"_id\":\"x\",\"title\":\"Title\",\"text\":\"Body.\"}\n");
        Files.writeString(beir.resolve("queries.jsonl"), "{\"_id\":\"q\",\"text\":\"Question?\"}\n");
        Files.writeString(beir.resolve("qrels").resolve("test.tsv"), "query-id\tcorpus-id\tscore\nq\tx\t1\n");
        assertThat(update(beir).documents()).isEqualTo(1);
        assertThat(search("title")).containsExactly("x");
    }
}
