package dev.juxta.cli;

import dev.juxta.Ranking;
import java.io.IOException;

/** Prints rankings, one after the other. */
interface RankingView {

    /** Prints one whole ranking. */
    void print(Query query, Ranking ranking) throws IOException;
}
