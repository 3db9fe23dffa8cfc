package dev.juxta.search;

import java.util.Optional;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;

/** How passages, and what is known of files, lie in an index. */
final class PassageFields {

    static final String ID = "id";
    static final String FILE = "file";

    /** The id after its file and line, which tells apart what has the same id in several places. */
    static final String PLACED_ID = "placed";

    /** Heading and text, analyzed. */
    static final String WORDS = "words";

    static final String VECTOR = "vector";

    /** The centroids near a passage's tokens. */
    static final String CENTROID = "centroid";

    /** The vectors of a passage's tokens, encoded. */
    static final String CODES = "codes";

    /** The number of a codebook. */
    static final String CODEBOOK = "codebook";

    /** What a codebook holds. */
    static final String CODEBOOK_BYTES = "codebook-bytes";

    /** The path of a file, on what is known of it. */
    static final String RECORD = "record";

    private static final String HEADING = "heading";
    private static final String TEXT = "text";
    private static final String LINE = "line";
    private static final String PAGE = "page";
    private static final String BEGIN = "begin";
    private static final String END = "end";
    private static final String SIZE = "size";
    private static final String MODIFIED = "modified";
    private static final String HASH = "hash";
    private static final String DOCUMENTS = "documents";
    private static final String COMPLETE = "complete";

    private PassageFields() {}

    static Document write(Passage passage) {
        Document document = new Document();
        document.add(new StringField(ID, passage.id(), Store.YES));
        document.add(new TextField(WORDS, passage.reading(), Store.NO));
        document.add(new StoredField(HEADING, passage.heading()));
        document.add(new StoredField(TEXT, passage.text()));
        passage.origin().ifPresent(origin -> {
            document.add(new StringField(FILE, origin.file(), Store.YES));
            if (origin.line() > 0) {
                document.add(new StoredField(LINE, origin.line()));
                document.add(new StringField(PLACED_ID, placedId(passage.id(), origin), Store.NO));
            }
            if (origin.page() > 0) {
                document.add(new StoredField(PAGE, origin.page()));
            }
            document.add(new StoredField(BEGIN, origin.begin()));
            document.add(new StoredField(END, origin.end()));
        });
        return document;
    }

    static void add(Document passage, float[] vector, VectorSimilarity similarity) {
        passage.add(new KnnFloatVectorField(VECTOR, vector, similarity.lucene()));
    }

    static void add(Document passage, float[][] tokens, TokenCodebook codebook) {
        TokenCodebook.Encoded encoded = codebook.encode(tokens);
        passage.add(new BinaryDocValuesField(CODES, new BytesRef(encoded.code())));
        for (int centroid : encoded.centroids()) {
            passage.add(new StringField(CENTROID, centroid(codebook.number(), centroid), Store.NO));
        }
    }

    /** How a centroid is named among those of all codebooks. */
    static String centroid(int codebook, int centroid) {
        return codebook + "." + centroid;
    }

    static Document write(TokenCodebook codebook) {
        Document document = new Document();
        document.add(new StringField(CODEBOOK, Integer.toString(codebook.number()), Store.NO));
        document.add(new StoredField(CODEBOOK_BYTES, codebook.write()));
        return document;
    }

    static Document write(IndexedFile file) {
        Document document = new Document();
        document.add(new StringField(RECORD, file.path(), Store.YES));
        document.add(new StoredField(SIZE, file.size()));
        document.add(new StoredField(MODIFIED, file.modified()));
        document.add(new StoredField(HASH, file.hash()));
        document.add(new StoredField(DOCUMENTS, file.documents()));
        document.add(new StoredField(COMPLETE, file.complete() ? 1 : 0));
        return document;
    }

    static Passage read(Document stored) {
        Optional<Origin> origin = Optional.ofNullable(stored.get(FILE))
                .map(file -> new Origin(
                        file, (int) number(stored, LINE), (int) number(stored, PAGE), (int) number(stored, BEGIN), (int)
                                number(stored, END)));
        return new Passage(text(stored, ID), text(stored, HEADING), text(stored, TEXT), origin);
    }

    static IndexedFile readFile(Document stored) {
        return new IndexedFile(
                text(stored, RECORD),
                number(stored, SIZE),
                number(stored, MODIFIED),
                text(stored, HASH),
                (int) number(stored, DOCUMENTS),
                number(stored, COMPLETE) == 1);
    }

    /** An id that no other passage has. */
    static String placedId(String id, Origin origin) {
        return origin.file() + ":" + origin.line() + ":" + id;
    }

    private static String text(Document stored, String name) {
        return Optional.ofNullable(stored.get(name)).orElse("");
    }

    private static long number(Document stored, String name) {
        return Optional.ofNullable(stored.getField(name))
                .map(IndexableField::numericValue)
                .map(Number::longValue)
                .orElse(0L);
    }
}
