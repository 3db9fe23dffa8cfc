package dev.juxta.cli;

import dev.juxta.RankOptions;
import dev.juxta.Ranked;
import dev.juxta.Ranking;
import dev.juxta.Score;
import dev.juxta.ScoringModel;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rankings for programs, one object per query.
 *
 * @param session where they are printed
 * @param model what they were made with, as the user named it
 * @param scorer that model
 * @param documents what was ranked
 * @param options how
 */
record JsonRankings(Session session, String model, ScoringModel scorer, List<Document> documents, RankOptions options)
        implements RankingView {

    @Override
    public void print(Query query, Ranking ranking) throws IOException {
        ObjectNode object = Json.object();
        object.put("query", query.text());
        object.put("model", model);
        ScoreFields.similarity(scorer).ifPresent(name -> object.put("similarity", name));
        ArrayNode results = object.putArray("results");
        ranking.forEach(ranked -> results.add(result(ranked)));
        query.id().ifPresent(id -> object.set("id", id));
        if (ScoreFields.noneMatches(ranking, scorer)) {
            object.put("no_good_match", true);
        }
        if (options.budget().isPresent()) {
            object.put("unscored", ranking.unscored());
        }
        ScoreFields.putConcerns(object, scorer.concerns());
        session.out().line(Json.line(object));
    }

    private ObjectNode result(Ranked ranked) {
        Document document = documents.get(ranked.index());
        Score score = ranked.score();
        ObjectNode object = Json.object();
        object.put("rank", ranked.rank());
        object.put("index", ranked.index());
        document.id().ifPresent(id -> object.set("id", id));
        object.put("logit", score.logit());
        object.put("score", score.value());
        ranked.document().ifPresent(text -> object.put("text", text));
        ScoreFields.putLength(object, score, document.text());
        return object;
    }
}
