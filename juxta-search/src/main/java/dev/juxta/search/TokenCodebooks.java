package dev.juxta.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * The codebooks of an index that grows. The first is made of the first passages, so that they can be committed at once, and
 * a better one each time that four times as many vectors have been seen, up to a limit; passages keep the one they were
 * written with.
 */
final class TokenCodebooks {

    private static final int GROWTH = 4;

    /** Of later passages every so many vectors are sampled, so that many passages have a say. */
    private static final int STRIDE = 8;

    private final List<TokenCodebook> codebooks;
    private final List<float[]> sample = new ArrayList<>();

    private TokenCodebooks(List<TokenCodebook> codebooks) {
        this.codebooks = codebooks;
    }

    static TokenCodebooks none() {
        return new TokenCodebooks(new ArrayList<>());
    }

    /** Those in an index. */
    static TokenCodebooks read(IndexReader reader) throws IOException {
        TokenCodebooks read = none();
        IndexSearcher searcher = new IndexSearcher(reader);
        while (true) {
            Term number = new Term(PassageFields.CODEBOOK, Integer.toString(read.size()));
            ScoreDoc[] found = searcher.search(new TermQuery(number), 1).scoreDocs;
            if (found.length == 0) {
                return read;
            }
            BytesRef bytes = Optional.ofNullable(
                            reader.storedFields().document(found[0].doc).getBinaryValue(PassageFields.CODEBOOK_BYTES))
                    .orElseThrow(() -> new IndexException("A codebook of the index is damaged"));
            read.codebooks.add(TokenCodebook.read(bytes.bytes, bytes.offset, bytes.length));
        }
    }

    int size() {
        return codebooks.size();
    }

    List<TokenCodebook> all() {
        return List.copyOf(codebooks);
    }

    /** The codebook for passages to be written. There is one after the first vectors were {@linkplain #see seen}. */
    Optional<TokenCodebook> newest() {
        return codebooks.isEmpty() ? Optional.empty() : Optional.of(codebooks.get(codebooks.size() - 1));
    }

    /**
     * Learns from vectors of passages that are to be written.
     *
     * @return a new codebook, which has to be written too
     */
    Optional<Document> see(List<float[][]> passages) {
        int before = newest().map(TokenCodebook::samples).orElse(0);
        if (before >= TokenCodebook.MOST_SAMPLES) {
            return Optional.empty(); // which no more vectors would make better
        }
        int stride = codebooks.isEmpty() ? 1 : STRIDE;
        for (float[][] passage : passages) {
            for (int i = 0; i < passage.length && sample.size() < TokenCodebook.MOST_SAMPLES; i += stride) {
                sample.add(passage[i]);
            }
        }
        long enough = Math.min(Math.max(1, (long) GROWTH * before), TokenCodebook.MOST_SAMPLES);
        if (sample.size() < enough) {
            return Optional.empty();
        }
        TokenCodebook made = TokenCodebook.train(codebooks.size(), sample);
        codebooks.add(made);
        thin();
        return Optional.of(PassageFields.write(made));
    }

    /** The first passages were read whole; they shall count no more in the next codebook than later ones. */
    private void thin() {
        if (codebooks.size() > 1) {
            return;
        }
        List<float[]> every = new ArrayList<>();
        for (int i = 0; i < sample.size(); i += STRIDE) {
            every.add(sample.get(i));
        }
        sample.clear();
        sample.addAll(every);
    }
}
