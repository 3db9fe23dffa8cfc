package dev.juxta.search;

import dev.juxta.Hit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;

/**
 * Turns Lucene's documents into hits, and names them: by the id that a passage has, or, where several lines have given it
 * to passages of theirs, by that id after file and line.
 */
final class PassageHits {

    private PassageHits() {}

    /** Hits of documents, in their order. */
    static List<Hit> of(IndexReader reader, Collection<ScoreDoc> found, ToDoubleFunction<ScoreDoc> score)
            throws IOException {
        StoredFields stored = reader.storedFields();
        List<TermsEnum> ids = new ArrayList<>(); // of each segment; made once, as they are dear to make
        for (LeafReaderContext leaf : reader.leaves()) {
            Terms terms = leaf.reader().terms(PassageFields.ID);
            if (terms != null && !found.isEmpty()) {
                ids.add(terms.iterator());
            }
        }
        List<Hit> hits = new ArrayList<>(found.size());
        for (ScoreDoc one : found) {
            Passage passage = PassageFields.read(stored.document(one.doc));
            hits.add(new Hit(name(reader, ids, passage), score.applyAsDouble(one), passage.reading()));
        }
        return List.copyOf(hits);
    }

    private static String name(IndexReader reader, List<TermsEnum> ids, Passage passage) throws IOException {
        Optional<Origin> line = passage.origin().filter(origin -> origin.line() > 0);
        if (line.isEmpty()) {
            return passage.id(); // which begins with the file's name
        }
        Term id = new Term(PassageFields.ID, passage.id());
        int passages = 0;
        for (TermsEnum each : ids) {
            passages += each.seekExact(id.bytes()) ? each.docFreq() : 0;
        }
        // that counts what has been deleted too, so it only says when to look closer
        return passages > 1 && new IndexSearcher(reader).count(new TermQuery(id)) > 1
                ? PassageFields.placedId(passage.id(), line.get())
                : passage.id();
    }

    /** The passage that hits name so, under this name. */
    static Optional<Passage> find(IndexReader reader, String id) throws IOException {
        for (String field : List.of(PassageFields.PLACED_ID, PassageFields.ID)) {
            ScoreDoc[] found = new IndexSearcher(reader).search(new TermQuery(new Term(field, id)), 1).scoreDocs;
            if (found.length > 0) {
                Passage own = PassageFields.read(reader.storedFields().document(found[0].doc));
                return Optional.of(new Passage(id, own.heading(), own.text(), own.origin()));
            }
        }
        return Optional.empty();
    }
}
