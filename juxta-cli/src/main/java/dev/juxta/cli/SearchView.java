package dev.juxta.cli;

import dev.juxta.search.ContextPacker.Context;
import dev.juxta.search.Passage;
import dev.juxta.search.PipelineResult;
import java.io.IOException;
import java.util.List;

/** How search results are printed. */
interface SearchView {

    /** Prints what was found for a query; {@code passages} are those of the result, in its order. */
    void print(Query query, List<Passage> passages, PipelineResult result, boolean explain) throws IOException;

    /** Prints what a language model is to read. */
    void print(Query query, Context context, PipelineResult result) throws IOException;
}
