package dev.juxta.cli;

import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** Prints above each query's results what the query was, where there are many of them. */
final class QueryHeadings {

    private final Session session;
    private final boolean many;
    private boolean first = true;

    QueryHeadings(Session session, boolean many) {
        this.session = session;
        this.many = many;
    }

    /** Prints the query's id and text, after an empty line unless it is the first. */
    void print(Query query) throws IOException {
        if (many) {
            if (!first) {
                session.out().line("");
            }
            String id =
                    query.id().map(JsonNode::asString).map(text -> text + ": ").orElse("");
            session.out().line(ScoreFields.fit(id + query.text(), session.terminal()));
        }
        first = false;
    }
}
