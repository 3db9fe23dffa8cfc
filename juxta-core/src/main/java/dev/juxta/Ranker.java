package dev.juxta;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Ranks documents by any scorer: the guard, the budget, the order and the cut. */
final class Ranker {

    /** Documents scored before a budget is looked at for the first time. */
    private static final int FIRST_SLICE = 8;

    /** The most documents between two looks at the clock. */
    private static final int LARGEST_SLICE = 64;

    private final Scorer scorer;
    private final String query;
    private final List<String> documents;
    private final RankOptions options;

    Ranker(Scorer scorer, String query, List<String> documents, RankOptions options) {
        if (documents.size() > options.maxCandidates()) {
            throw new IllegalArgumentException(
                    documents.size() + " documents are more than the " + options.maxCandidates()
                            + " that one call ranks: a cross-encoder reads each of them. Pick candidates with a first stage"
                            + " (BM25 or vectors), or raise maxCandidates");
        }
        this.scorer = scorer;
        this.query = query;
        this.documents = List.copyOf(documents);
        this.options = options;
    }

    Ranking rank() {
        List<Score> scores = options.budget().isPresent()
                ? scoreWithin(options.budget().get())
                : scorer.score(pairs(0, documents.size()), options.scoring());
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < scores.size(); i++) {
            if (options.minScore().isEmpty()
                    || scores.get(i).value() >= options.minScore().getAsDouble()) {
                order.add(i);
            }
        }
        order.sort(Comparator.comparingDouble((Integer i) -> scores.get(i).logit())
                .reversed()
                .thenComparingInt(i -> i));
        int size = Math.min(order.size(), options.topK().orElse(Integer.MAX_VALUE));
        List<Ranked> results = new ArrayList<>(size);
        for (int rank = 1; rank <= size; rank++) {
            int index = order.get(rank - 1);
            Optional<String> text = options.returnDocuments() ? Optional.of(documents.get(index)) : Optional.empty();
            results.add(new Ranked(rank, index, scores.get(index), text));
        }
        return new Ranking(results, scores.size(), documents.size());
    }

    private List<TextPair> pairs(int from, int to) {
        return documents.subList(from, to).stream()
                .map(document -> new TextPair(query, document))
                .toList();
    }

    /** Scores from the first document on, in slices that by the speed so far fit what is left of the budget. */
    private List<Score> scoreWithin(Duration budget) {
        long start = System.nanoTime();
        List<Score> scores = new ArrayList<>();
        int slice = FIRST_SLICE;
        while (scores.size() < documents.size() && slice > 0) {
            int scored = scores.size();
            ScoreOptions shifted = options.scoring()
                    .withProgress(n -> options.scoring().progress().accept(scored + n));
            scores.addAll(scorer.score(pairs(scored, Math.min(documents.size(), scored + slice)), shifted));
            long elapsed = System.nanoTime() - start;
            double perDocument = (double) elapsed / scores.size();
            slice = (int) Math.min(LARGEST_SLICE, (budget.toNanos() - elapsed) / perDocument);
        }
        return scores;
    }
}
