package dev.juxta.search.document;

import dev.juxta.data.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What files hold, told by how their names end. */
enum DocumentFormat {
    TEXT(List.of("txt", "text", "rst", "adoc", "asciidoc", "org", "tex")),
    MARKDOWN(List.of("md", "markdown", "mdx")),
    HTML(List.of("html", "htm", "xhtml")),
    PDF(List.of("pdf")),
    JSONL(List.of("jsonl", "ndjson", "jsonl.gz", "ndjson.gz")),
    TSV(List.of("tsv", "tsv.gz"));

    private static final String PDFBOX = "org.apache.pdfbox.Loader";

    @SuppressWarnings("ImmutableEnumChecker") // an immutable list
    private final List<String> endings;

    DocumentFormat(List<String> endings) {
        this.endings = endings;
    }

    /** The format of a file, if it is one of these. */
    static Optional<DocumentFormat> of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.endings.stream().anyMatch(ending -> name.endsWith("." + ending)))
                .findFirst();
    }

    /** What names of files may end in, for messages. */
    static String known() {
        return String.join(
                ", ",
                Arrays.stream(values())
                        .flatMap(format -> format.endings.stream())
                        .toList());
    }

    /**
     * Reads the documents of a file.
     *
     * @throws InputException if it cannot be read; the message says why
     */
    void read(Path file, DocumentReader.Sink sink) throws IOException {
        reader(file).read(file, sink);
    }

    private DocumentReader reader(Path file) throws InputException {
        return switch (this) {
            case TEXT -> new TextReader();
            case MARKDOWN -> new MarkdownReader();
            case HTML -> new HtmlReader();
            case PDF -> pdf(file);
            case JSONL -> new JsonlReader();
            case TSV -> new TsvReader();
        };
    }

    private static DocumentReader pdf(Path file) throws InputException {
        try {
            Class.forName(PDFBOX, false, DocumentFormat.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new InputException(
                    "\"" + file + "\" is a PDF, and PDFBox is not on the class path; add org.apache.pdfbox:pdfbox");
        }
        return new PdfReader();
    }
}
