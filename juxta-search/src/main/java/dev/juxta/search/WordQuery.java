package dev.juxta.search;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** Turns the words of a question into a query for any of them. No word of it is an operator. */
final class WordQuery {

    private WordQuery() {}

    /** A query for the passages that have any word of the text; of a very long text, its rarest words. */
    static Query of(String text, Analyzer analyzer, IndexReader reader) throws IOException {
        Map<Term, Integer> counts = new LinkedHashMap<>();
        try (TokenStream tokens = analyzer.tokenStream(PassageFields.WORDS, text)) {
            CharTermAttribute word = tokens.getAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                counts.merge(new Term(PassageFields.WORDS, word.toString()), 1, Integer::sum);
            }
            tokens.end();
        }
        Map<Term, Integer> frequencies = new LinkedHashMap<>();
        for (Term term : counts.keySet()) {
            int documents = reader.docFreq(term);
            if (documents > 0) {
                frequencies.put(term, documents);
            }
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        frequencies.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(IndexSearcher.getMaxClauseCount())
                .forEach(entry -> query.add(
                        new BoostQuery(new TermQuery(entry.getKey()), counts.getOrDefault(entry.getKey(), 1)),
                        Occur.SHOULD));
        return query.build();
    }
}
