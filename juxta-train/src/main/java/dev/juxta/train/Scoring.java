package dev.juxta.train;

import dev.juxta.engine.PackedBatch.Sequence;
import java.util.List;

/** How a model scores: what it reads of examples, and how the numbers that it makes of that become scores. */
interface Scoring {

    /** Reads examples that are scored together. */
    Batch read(List<Example> examples);

    /**
     * Examples as the network reads them. Scores go through it one way, and slopes by the chain rule the other.
     */
    interface Batch {

        /** What the network reads. */
        List<Sequence> sequences();

        /**
         * The scores of all documents, example by example.
         *
         * @param outputs what the network made of each sequence, [sequences][rows · width]
         * @return [documents · labels]
         */
        float[] scores(List<float[]> outputs);

        /**
         * The slopes of a loss by what the network made.
         *
         * @param outputs as {@link #scores} took them
         * @param slopes by the scores, [documents · labels]
         * @return in the form of {@code outputs}
         */
        List<float[]> slopes(List<float[]> outputs, float[] slopes);
    }
}
