package dev.juxta;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.SharingFiles;
import dev.juxta.model.EmbedderSettings;
import dev.juxta.model.LateInteractionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A loaded checkpoint that scores pairs, of whichever kind it is. */
public sealed interface ScoringModel extends Scorer permits CrossEncoder, BiEncoder, LateInteraction, FastCascade {

    /** What was loaded, and how it was resolved. */
    ModelInfo info();

    /**
     * What was noticed of its texts since it was loaded: a sentence for each script that it was not made for. The log has
     * warned of each once.
     */
    List<String> concerns();

    /**
     * Checks options without a pair.
     *
     * @throws IllegalArgumentException if the model cannot do what they ask for: it has no such prompt, does not read as
     *     many tokens, or has several labels, of which chunk cannot choose a best
     */
    void require(ScoreOptions options);

    /**
     * How many tokens a text has for this model, special ones and prompts left out.
     *
     * @throws IllegalStateException after {@link #close}
     */
    int tokens(String text);

    /**
     * Loads the checkpoint in a directory as what its files say that it is.
     *
     * @throws IOException if a file is missing or damaged, or of a kind that is not supported; the message says which
     */
    static ScoringModel load(Path directory, LoadOptions options) throws IOException {
        return load(CheckpointSource.directory(directory), options);
    }

    /**
     * Loads a directory or a hub model, as {@link CrossEncoder#load(String, LoadOptions)} does, as what its files say that
     * it is.
     *
     * @throws IOException if there is no such model, or it cannot be fetched or read; the message says what would help
     */
    static ScoringModel load(String nameOrDirectory, LoadOptions options) throws IOException {
        return load(LoadedModel.find(nameOrDirectory, options), options);
    }

    /**
     * Loads a checkpoint, wherever it lies, as what its files say that it is; one that shares another's weights as the
     * cascade of both.
     *
     * @throws IOException if a file is missing or damaged, or of a kind that is not supported; the message says which
     */
    static ScoringModel load(CheckpointFiles files, LoadOptions options) throws IOException {
        if (files instanceof SharingFiles sharing) {
            return FastCascade.load(sharing, options);
        }
        if (LateInteractionSettings.matches(files)) {
            return LateInteraction.load(files, options);
        }
        return EmbedderSettings.matches(files) ? BiEncoder.load(files, options) : CrossEncoder.load(files, options);
    }
}
