package dev.juxta.model;

/** What BERT (Devlin et al. 2018, arXiv:1810.04805) and the networks over its encoder say of themselves alike. */
interface BertKin extends Architecture {

    /** Their stack of blocks. */
    BertEncoder encoder();

    @Override
    default Shape shape() {
        return encoder().shape();
    }

    @Override
    default boolean readsSegments() {
        return true;
    }

    /** Their tables of tokens, segments and positions, which are as wide as the blocks. */
    default BertEmbeddings embeddings() {
        return new BertEmbeddings(
                shape().vocabulary(),
                segments(),
                shape().maxTokens(),
                shape().hidden(),
                encoder().epsilon());
    }
}
