package dev.juxta.model;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.TokenIndex;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cross-encoder that can begin as a bi-encoder: BERT's network (Devlin et al. 2018, arXiv:1810.04805) over both texts at
 * once, each with positions of its own, in which every head has learned how far it looks from one text into the other.
 *
 * <p>With q and d the means over the tokens of either text, of unit length, (m, n) the weight of the query's terms that the
 * document has and has not, and (s, t) the weight of the query's tokens that mean what one of the document's means, and do
 * not, each pair of unit length too, the logits are W·(q∘d, m, n, s, t) + b. While no head looks across and W is a row of
 * equal numbers with four zeros, that is the bi-encoder's cosine (Reimers and Gurevych 2019, arXiv:1908.10084) times that
 * number; training opens the heads from there. The terms are what BM25 knows and a bi-encoder does not: whether the words
 * are the same. What tokens mean is compared as in ColBERT (Khattab and Zaharia 2020, arXiv:2004.12832), by the vectors of
 * the last layer. The network is Juxta's own: {@code modeling_gated_bert.py}, which is written beside the weights, is the
 * same for transformers.
 *
 * <p>It may have no layer at all. Then q and d are of the words' own vectors, each of which counts as much as its term weighs
 * (as in Arora et al. 2017, "A simple but tough-to-beat baseline for sentence embeddings"), and there is no (s, t).
 *
 * @param labels outputs of the classifier
 * @param segments rows of the segment table, at least 2
 */
record GatedBert(BertEncoder encoder, int labels, int segments) implements BertKin {

    static final String MODEL_TYPE = "juxta_gated_bert";

    /** The factor on cosines of tokens, so that of all matches the best alone counts. */
    private static final float SHARPNESS = 100;

    /** What {@code config.json} says. */
    static GatedBert read(JsonFile file, int labels) throws CheckpointException {
        ConfigValues.requireAbsolutePositions(file, MODEL_TYPE);
        int segments = ConfigValues.segments(file);
        if (segments < 2) {
            throw new CheckpointException(file.file() + ": \"type_vocab_size\" is " + segments + ", and a " + MODEL_TYPE
                    + " tells two texts apart by it; it must be at least 2");
        }
        return new GatedBert(BertEncoder.read(file, ConfigValues.shapeOfAnyLayers(file)), labels, segments);
    }

    @Override
    public String modelType() {
        return MODEL_TYPE;
    }

    /** The place within the token's own text. */
    @Override
    public int[] positions(int[] ids, int[] texts) {
        int[] positions = new int[ids.length];
        int[] next = new int[segments];
        for (int i = 0; i < ids.length; i++) {
            positions[i] = next[texts[i]]++;
        }
        return positions;
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        if (shape().layers() == 0) {
            return terms(ops, weights).weighed(ops);
        }
        Layers<V> bert = new Layers<>(ops, weights.within("bert"));
        V x = embeddings().forward(bert.at("embeddings")); // [tokens, hidden]
        int heads = shape().heads();
        return encoder.forward(bert.at("encoder"), x, (layer, full) -> {
            V openness = ops.constant(layer.weights().require("attention.self.openness", 2, heads));
            return full.with(new RelativeBias.AcrossTexts<>(openness));
        });
    }

    /** The layers come first, so that what only the matches read is not kept beside them. */
    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        Layers<V> head = new Layers<>(ops, weights.at("terms"));
        if (shape().layers() == 0) {
            Terms<V> terms = terms(ops, weights);
            return classified(
                    ops, weights, terms.weighed(ops), List.of(matched(ops, head, terms.words(), terms.weight())));
        }
        V x = encode(ops, weights); // [tokens, hidden]
        Terms<V> terms = terms(ops, weights);
        V sameWord = matched(ops, head, terms.words(), terms.weight()); // [sequences, 2]
        V sameMeaning = matched(ops, new Layers<>(ops, weights.at("interaction")), x, terms.weight()); // [sequences, 2]
        return classified(ops, weights, x, List.of(sameWord, sameMeaning));
    }

    /**
     * The words as no position and no neighbour has changed them.
     *
     * @param words their vectors, [tokens, hidden]
     * @param weight how much each counts, [tokens, 1]
     */
    private record Terms<V>(V words, V weight) {

        /** [tokens, hidden]. */
        V weighed(Ops<V> ops) {
            return ops.multiply(words, weight);
        }
    }

    private <V> Terms<V> terms(Ops<V> ops, Weights weights) {
        int vocabulary = shape().vocabulary();
        Layers<V> embeddings = new Layers<>(ops, weights.within("bert").at("embeddings"));
        return new Terms<>(
                embeddings.embedding("word_embeddings", TokenIndex.ID, vocabulary, shape().hidden()),
                new Layers<>(ops, weights.at("terms")).embedding("importance", TokenIndex.ID, vocabulary, 1));
    }

    /**
     * @param x tokens of which the means count, [tokens, hidden]
     * @param matches what of the first text the second has, and has not, [sequences, 2] each
     * @return [sequences, labels]
     */
    private <V> V classified(Ops<V> ops, Weights weights, V x, List<V> matches) {
        V query = ops.normalize(ops.pool(x, Pooling.MEAN_OF_FIRST_TEXT)); // [sequences, hidden]
        V document = ops.normalize(ops.pool(x, Pooling.MEAN_OF_SECOND_TEXT)); // [sequences, hidden]
        V agreement = ops.multiply(query, document); // [sequences, hidden]
        V features = ops.concatenate(
                Stream.concat(Stream.of(agreement), matches.stream()).toList());
        int width = shape().hidden() + 2 * matches.size();
        return new Layers<>(ops, weights).linear("classifier", features, width, labels);
    }

    /**
     * Each token looks for its like in the other text, by attention whose openness leaves it nothing else, and counts as
     * much as it weighs.
     *
     * @param tokens [tokens, hidden]
     * @param weight [tokens, 1]
     * @return how much of the first text's weight was found, and was not, [sequences, 2], of unit length
     */
    private <V> V matched(Ops<V> ops, Layers<V> head, V tokens, V weight) {
        int hidden = shape().hidden();
        V token = ops.normalize(tokens);
        V openness = ops.constant(head.weights().require("openness", 2, 1));
        Attention<V> full = Attention.full(token, token, token, 1, hidden);
        V best = ops.attention(full.scaledBy(SHARPNESS).with(new RelativeBias.AcrossTexts<>(openness)));
        V match = head.dense("match", ops.multiply(token, best), hidden, 1, ActivationFunction.RELU); // [tokens, 1]
        V found = ops.multiply(match, weight);
        V missed = ops.add(weight, ops.scale(found, -1));
        return ops.normalize(ops.concatenate(
                List.of(ops.pool(found, Pooling.MEAN_OF_FIRST_TEXT), ops.pool(missed, Pooling.MEAN_OF_FIRST_TEXT))));
    }
}
