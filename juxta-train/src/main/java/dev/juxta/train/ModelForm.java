package dev.juxta.train;

import dev.juxta.SequenceForm;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.LateInteractionSettings;
import dev.juxta.model.Settings;
import dev.juxta.ops.Program;
import dev.juxta.ops.Value;
import dev.juxta.text.TokenizerFiles;

/** What a checkpoint says of how it scores. */
sealed interface ModelForm {

    ModelKind kind();

    Settings settings();

    /**
     * How it scores.
     *
     * @param program its forward pass
     * @param maxLength the most tokens per sequence
     */
    Scoring scoring(Program program, TokenizerFiles tokenizer, int maxLength);

    /** A cross-encoder. */
    record Pairs(Settings settings) implements ModelForm {

        @Override
        public ModelKind kind() {
            return ModelKind.CROSS_ENCODER;
        }

        @Override
        public Scoring scoring(Program program, TokenizerFiles tokenizer, int maxLength) {
            int most = settings.architecture().shape().maxTokens();
            return new PairScoring(
                    SequenceForm.of(settings.architecture(), tokenizer, program),
                    tokenizer.tokenizer(),
                    Math.min(maxLength, most));
        }
    }

    /**
     * A bi-encoder.
     *
     * @param scale of its similarities, for a loss
     */
    record Vectors(EmbedderSettings embedder, double scale) implements ModelForm {

        @Override
        public ModelKind kind() {
            return ModelKind.BI_ENCODER;
        }

        @Override
        public Settings settings() {
            return embedder.settings();
        }

        @Override
        public Scoring scoring(Program program, TokenizerFiles tokenizer, int maxLength) {
            int width = program.result().width();
            int compared = Math.min(width, embedder.dimensions().orElse(width));
            return new TextScoring(
                    TextReading.of(embedder, tokenizer, program, maxLength),
                    VectorSimilarity.of(embedder.similarity(), compared),
                    width,
                    false,
                    scale);
        }
    }

    /**
     * A late-interaction model.
     *
     * @param scale of its similarities, for a loss
     */
    record Tokens(LateInteractionSettings late, double scale) implements ModelForm {

        @Override
        public ModelKind kind() {
            return ModelKind.COLBERT;
        }

        @Override
        public Settings settings() {
            return late.settings();
        }

        @Override
        public Scoring scoring(Program program, TokenizerFiles tokenizer, int maxLength) {
            int width = program.result().width();
            return new TextScoring(
                    TextReading.of(late, tokenizer, program, maxLength),
                    new TokenSimilarity(width, late.mean()),
                    width,
                    program.result().rows().equals(Value.Rows.TOKENS),
                    scale);
        }
    }
}
