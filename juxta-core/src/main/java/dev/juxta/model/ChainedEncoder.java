package dev.juxta.model;

import dev.juxta.checkpoint.Weights;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import java.util.List;
import java.util.Optional;

/** An encoder whose head is a chain of sentence-transformers' modules instead of its family's own. */
record ChainedEncoder(Architecture encoder, List<ChainModule> modules) implements Architecture {

    /** Heads of pre-training, and poolers, that a checkpoint may have besides; transformers leaves them out too. */
    private static final List<String> HEADS = List.of(
            "pooler",
            "cls",
            "lm_head",
            "head",
            "decoder",
            "classifier",
            "pre_classifier",
            "score",
            "predictions",
            "sop_classifier",
            "discriminator_predictions",
            "generator_predictions",
            "generator_lm_head",
            "lm_predictions",
            "mask_predictions",
            "vocab_transform",
            "vocab_layer_norm",
            "vocab_projector",
            "qa_outputs");

    /** How its tokens become one row; none where they do not. */
    List<Pooling> poolings() {
        return modules.stream()
                .filter(ChainModule.Pool.class::isInstance)
                .flatMap(module -> ((ChainModule.Pool) module).modes().stream())
                .toList();
    }

    @Override
    public String modelType() {
        return encoder.modelType();
    }

    @Override
    public Shape shape() {
        return encoder.shape();
    }

    @Override
    public int segments() {
        return encoder.segments();
    }

    @Override
    public boolean readsSegments() {
        return encoder.readsSegments();
    }

    @Override
    public int[] positions(int[] ids, int[] segments) {
        return encoder.positions(ids, segments);
    }

    @Override
    public List<String> weightFolders() {
        return modules.stream()
                .map(ChainModule::folder)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public <V> V encode(Ops<V> ops, Weights weights) {
        return encoder.encode(ops, weights);
    }

    @Override
    public <V> V forward(Ops<V> ops, Weights weights) {
        HEADS.forEach(weights::ignore);
        V x = encode(ops, weights);
        for (ChainModule module : modules) {
            x = module.forward(ops, weights, x);
        }
        return x;
    }
}
