package dev.juxta.model;

import dev.juxta.ops.Ops;
import dev.juxta.ops.TokenIndex;

/**
 * BERT's normalized sum of the embeddings of token, segment and position (Devlin et al. 2018, arXiv:1810.04805, figure 2),
 * which RoBERTa, ELECTRA and ALBERT have too.
 *
 * @param vocabulary rows of the token table
 * @param segments rows of the segment table
 * @param positions rows of the position table
 * @param width of the tables, which need not be the hidden one
 * @param epsilon of the layer normalization
 */
record BertEmbeddings(int vocabulary, int segments, int positions, int width, float epsilon) {

    /** [tokens, width] */
    <V> V forward(Layers<V> layers) {
        Ops<V> ops = layers.ops();
        V token = layers.embedding("word_embeddings", TokenIndex.ID, vocabulary, width);
        V segment = layers.embedding("token_type_embeddings", TokenIndex.SEGMENT, segments, width);
        V position = layers.embedding("position_embeddings", TokenIndex.POSITION, positions, width);
        return layers.norm("LayerNorm", ops.add(ops.add(token, segment), position), width, epsilon);
    }
}
