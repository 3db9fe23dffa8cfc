package dev.juxta.server.dialect;

import dev.juxta.LongInput;
import dev.juxta.TextPair;
import dev.juxta.server.dialect.Problem.Kind;
import dev.juxta.server.model.PairsToScore;
import dev.juxta.server.model.ServedModel;
import java.util.List;
import java.util.OptionalInt;

/**
 * What every rerank request comes to.
 *
 * @param query what the documents should answer
 * @param documents may be empty only where a dialect allows it
 * @param onLong what the dialect does with what is too long
 */
record Rerank(String query, List<String> documents, LongInput onLong) {

    /** The pairs, for a model that can rank them. */
    PairsToScore pairs(Call call, ServedModel model) {
        if (!model.ranks()) {
            throw Problem.of(
                    Kind.UNSUPPORTED,
                    "The model " + model.name() + " has "
                            + model.info().labels().size() + " labels "
                            + model.info().labels() + ", and documents are ranked by one");
        }
        int most = call.facts().maxDocuments();
        if (documents.size() > most) {
            throw tooMany(documents.size(), most);
        }
        return new PairsToScore(
                documents.stream().map(text -> new TextPair(query, text)).toList(),
                call.onLong(onLong),
                OptionalInt.empty());
    }

    /** More documents than a request may have. */
    static Problem tooMany(int documents, int most) {
        return Problem.of(
                Kind.TOO_MANY,
                documents + " documents are more than the " + most
                        + " that one request may have; send several requests");
    }
}
