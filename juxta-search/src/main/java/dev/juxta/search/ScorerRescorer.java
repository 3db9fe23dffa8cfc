package dev.juxta.search;

import dev.juxta.Score;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;

/**
 * For users of Lucene with an index of their own: reranks the hits of any query by a scorer, which reads a stored field.
 *
 * <pre>{@code
 * TopDocs best = new ScorerRescorer(model, "How many people live in Berlin?", "body").rescore(searcher, first, 10);
 * }</pre>
 */
public final class ScorerRescorer extends Rescorer {

    private final Scorer scorer;
    private final String query;
    private final String field;

    /**
     * @param scorer with one label; it is left open
     * @param query the question in words
     * @param field a stored field with the documents' text; a document without it counts as empty
     */
    public ScorerRescorer(Scorer scorer, String query, String field) {
        this.scorer = scorer;
        this.query = query;
        this.field = field;
    }

    /** Ranks by the scorer's logit; of equal ones the first pass's order stays. */
    @Override
    public TopDocs rescore(IndexSearcher searcher, TopDocs firstPassTopDocs, int topN) throws IOException {
        ScoreDoc[] first = firstPassTopDocs.scoreDocs;
        List<TextPair> pairs = new ArrayList<>(first.length);
        for (ScoreDoc hit : first) {
            pairs.add(new TextPair(query, text(searcher, hit.doc)));
        }
        List<Score> scores = scorer.score(pairs);
        ScoreDoc[] rescored = new ScoreDoc[first.length];
        for (int i = 0; i < first.length; i++) {
            rescored[i] = new ScoreDoc(first[i].doc, scores.get(i).logit(), first[i].shardIndex);
        }
        Arrays.sort(
                rescored,
                Comparator.comparingDouble((ScoreDoc hit) -> hit.score).reversed());
        return new TopDocs(
                firstPassTopDocs.totalHits, Arrays.copyOf(rescored, Math.min(Math.max(0, topN), rescored.length)));
    }

    @Override
    public Explanation explain(IndexSearcher searcher, Explanation firstPassExplanation, int docID) throws IOException {
        Score score = scorer.score(List.of(new TextPair(query, text(searcher, docID))))
                .get(0);
        return Explanation.match(
                score.logit(),
                "logit of the scorer for the query \"" + query + "\" and the field " + field + " (" + score.tokens()
                        + " tokens read, " + score.truncated() + " cut off), in place of the first pass:",
                firstPassExplanation);
    }

    private String text(IndexSearcher searcher, int document) throws IOException {
        return Optional.ofNullable(searcher.storedFields()
                        .document(document, Set.of(field))
                        .get(field))
                .orElse("");
    }
}
