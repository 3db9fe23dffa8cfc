package dev.juxta.search.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.data.InputException;
import dev.juxta.search.Passage;
import dev.juxta.search.document.Splitting.By;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {

    private static List<SourceDocument> read(Path file) throws IOException {
        List<SourceDocument> documents = new ArrayList<>();
        DocumentFormat.of(file).orElseThrow().read(file, documents::add);
        return documents;
    }

    private static List<String> texts(List<Passage> passages) {
        return passages.stream().map(Passage::text).toList();
    }

    @Test
    void markdownHasItsHeadings() {
        SourceDocument document = MarkdownReader.parse(
                "Intro.\n\n# One #\ntext one\n```\n# no heading\n```\nTwo\n---\ntext two\n- item\n---\n### Deep\nlast\n");
        assertThat(document.headings()).extracting(Heading::text).containsExactly("One", "Two", "Deep");
        assertThat(document.headings()).extracting(Heading::level).containsExactly(1, 2, 3);
        List<Passage> passages = Splitting.defaults().split(document, "f.md");
        assertThat(passages).extracting(Passage::heading).containsExactly("", "One", "One > Two", "One > Two > Deep");
        assertThat(passages.get(3).id()).isEqualTo("f.md#4");
        passages.forEach(passage -> assertThat(document.text()
                        .substring(
                                passage.origin().orElseThrow().begin(),
                                passage.origin().orElseThrow().end()))
                .isEqualTo(passage.text()));
    }

    @Test
    void htmlIsReadAsShown(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("page.html");
        Files.writeString(
                file,
                "<html><head><title>The page</title><style>p{}</style></head><body><nav>Home</nav>"
                        + "<h1>Head &amp; more</h1><p>First   <b>bold</b>text.<script>x()</script></p>"
                        + "<h2>Sub</h2><ul><li>one<li>two</ul><table><tr><td>a</td><td>b</td></tr></table></body></html>");
        SourceDocument document = read(file).get(0);
        assertThat(document.title()).isEqualTo("The page");
        assertThat(document.text().strip()).isEqualTo("Head & more\nFirst boldtext.\nSub\none\ntwo\na b");
        List<Passage> passages = Splitting.defaults().split(document, "page.html");
        assertThat(passages)
                .extracting(Passage::heading)
                .containsExactly("The page > Head & more", "The page > Head & more > Sub");
        assertThat(texts(passages)).containsExactly("First boldtext.", "one\ntwo\na b");
    }

    private static Path pdf(Path folder, String... pages) throws IOException {
        Path file = folder.resolve("paper.pdf");
        try (PDDocument pdf = new PDDocument()) {
            for (String text : pages) {
                PDPage page = new PDPage();
                pdf.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
                    content.beginText();
                    content.setFont(new PDType1Font(FontName.HELVETICA), 12);
                    content.newLineAtOffset(50, 700);
                    content.showText(text);
                    content.endText();
                }
            }
            pdf.getDocumentInformation().setTitle("Paper");
            pdf.save(file.toFile());
        }
        return file;
    }

    @Test
    void pdfIsReadPageByPage(@TempDir Path folder) throws IOException {
        Path file = pdf(folder, "A sentence on paper.", "The second page.");
        SourceDocument document = read(file).get(0);
        assertThat(document.title()).isEqualTo("Paper");
        assertThat(document.text().strip()).isEqualTo("A sentence on paper.\nThe second page.");
        List<Passage> passages = new Splitting(By.SENTENCE, 4, 0).split(document, "paper.pdf");
        assertThat(texts(passages)).containsExactly("A sentence on paper.", "The second page.");
        assertThat(passages)
                .extracting(passage -> passage.origin().orElseThrow().place())
                .containsExactly("paper.pdf page 1", "paper.pdf page 2");
    }

    @Test
    void aDamagedPdfIsToldInASentence(@TempDir Path folder) throws IOException {
        Path file = pdf(folder, "A sentence on paper.");
        byte[] whole = Files.readAllBytes(file);
        for (int keep : List.of(0, 5, whole.length / 3)) {
            Files.write(file, Arrays.copyOf(whole, keep));
            assertThatThrownBy(() -> read(file))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("paper.pdf");
        }
        // whatever is damaged within: what can be read is, and all else is an error of this kind
        for (char fill : "?9</".toCharArray()) {
            for (int i = 20; i < whole.length; i += 37) {
                byte[] damaged = whole.clone();
                Arrays.fill(damaged, i, Math.min(whole.length, i + 9), (byte) fill);
                Files.write(file, damaged);
                try {
                    assertThat(read(file)).hasSize(1);
                } catch (InputException e) {
                    assertThat(e).hasMessageContaining("paper.pdf");
                }
            }
        }
    }

    @Test
    void linesAreDocuments(@TempDir Path folder) throws IOException {
        Path tsv = folder.resolve("d.tsv");
        Files.writeString(tsv, "only text\nid1\tits text\n\nid2\ttitle\tits text\n");
        assertThat(read(tsv))
                .extracting(document ->
                        Splitting.defaults().split(document, "d.tsv").get(0).id())
                .containsExactly("d.tsv:1", "id1", "id2");
        Path jsonl = folder.resolve("d.jsonl");
        Files.writeString(jsonl, "{\"id\":7,\"title\":\"T\",\"text\":\"x\"}\n");
        assertThat(read(jsonl)).extracting(SourceDocument::title).containsExactly("T");
        Files.writeString(jsonl, "\n{\"_id\":\"x\",\"title\":\"Only a title\",\"text\":\"\"}\n");
        Passage title =
                Splitting.defaults().split(read(jsonl).get(0), "d.jsonl").get(0);
        assertThat(title.reading()).isEqualTo("Only a title ");
        assertThat(title.origin().orElseThrow().place()).isEqualTo("d.jsonl line 2");
    }

    @Test
    void sentencesAreKeptWhole() {
        String text = IntStream.range(0, 30)
                .mapToObj(i -> "This is sentence number " + i + ".")
                .collect(Collectors.joining(" "));
        List<Passage> passages = new Splitting(By.SENTENCE, 20, 4).split(SourceDocument.plain(text), "f");
        assertThat(passages).hasSize(8); // 4 sentences of 5 words each
        assertThat(String.join(" ", texts(passages))).isEqualTo(text);
        assertThat(texts(passages)).allMatch(passage -> passage.endsWith("."));
    }

    @Test
    void windowsOverlap() {
        String text = IntStream.range(0, 10).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
        assertThat(texts(new Splitting(By.TOKENS, 4, 2).split(SourceDocument.plain(text), "f")))
                .containsExactly("w0 w1 w2 w3", "w2 w3 w4 w5", "w4 w5 w6 w7", "w6 w7 w8 w9");
        assertThatIllegalArgumentException().isThrownBy(() -> new Splitting(By.TOKENS, 4, 4));
        assertThat(Splitting.parse(Splitting.defaults().toString())).isEqualTo(Splitting.defaults());
    }

    /** Whatever the text: passages stand where they say, are not too long, and leave out no word. */
    @Property(tries = 200)
    void noWordIsLost(@ForAll String text, @ForAll By by, @ForAll @IntRange(min = 1, max = 9) int size) {
        List<Passage> passages = new Splitting(by, size, size - 1).split(SourceDocument.plain(text), "f");
        boolean[] covered = new boolean[text.length()];
        for (Passage passage : passages) {
            int begin = passage.origin().orElseThrow().begin();
            int end = passage.origin().orElseThrow().end();
            assertThat(text.substring(begin, end)).isEqualTo(passage.text());
            if (by != By.NONE) {
                assertThat(Words.count(passage.text())).isLessThanOrEqualTo(size);
            }
            java.util.Arrays.fill(covered, begin, end, true);
        }
        for (int i = 0; i < text.length(); i++) {
            assertThat(covered[i] || !Character.isLetterOrDigit(text.codePointAt(i)))
                    .isTrue();
        }
    }
}
