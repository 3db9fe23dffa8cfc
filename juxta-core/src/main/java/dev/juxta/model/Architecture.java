package dev.juxta.model;

import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.Ops;
import java.util.List;
import java.util.stream.IntStream;

/** A kind of network, configured by a {@code config.json}. */
public interface Architecture {

    /** Its {@code model_type}, such as {@code bert}. */
    String modelType();

    /** Its measures. */
    Shape shape();

    /** The rows of its segment table; with less than two, as by default, it is not told which text a token is from. */
    default int segments() {
        return 0;
    }

    /** Whether it reads the segments of tokens when {@code tokenizer_config.json} does not say. */
    default boolean readsSegments() {
        return false;
    }

    /**
     * The row of the position table for each token of a sequence, or what it is turned by: by default its place.
     *
     * @param ids vocabulary ids, [tokens]
     * @param segments which text each is from, [tokens]; zeros where the checkpoint does not read them
     */
    default int[] positions(int[] ids, int[] segments) {
        return IntStream.range(0, ids.length).toArray();
    }

    /**
     * How many of a sequence's tokens have a part in its score: all of them, but for a decoder, which scores the last
     * token that is not padding and sees none behind it.
     *
     * @param ids vocabulary ids, [tokens]
     */
    default int scoredTokens(int[] ids) {
        return ids.length;
    }

    /** Folders of the checkpoint with more weights, which are named after them: {@code 2_Dense.linear.weight}. */
    default List<String> weightFolders() {
        return List.of();
    }

    /**
     * The network without a head over a packed batch.
     *
     * @param weights the checkpoint, whose names may begin with the network's own or not
     * @return its last hidden states [tokens, hidden]
     */
    <V> V encode(Ops<V> ops, Weights weights);

    /**
     * The network with its sequence classification head over a packed batch.
     *
     * @param weights the whole checkpoint
     * @return logits [sequences, labels]
     */
    <V> V forward(Ops<V> ops, Weights weights);

    /**
     * The measures of a transformer.
     *
     * @param layers number of blocks
     * @param hidden width of a token's vector
     * @param heads attention heads
     * @param intermediate width inside the feed-forward layers
     * @param vocabulary number of token ids
     * @param maxTokens the longest sequence that its positions allow
     */
    record Shape(int layers, int hidden, int heads, int intermediate, int vocabulary, int maxTokens) {}
}
