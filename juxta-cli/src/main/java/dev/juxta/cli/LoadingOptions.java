package dev.juxta.cli;

import dev.juxta.CrossEncoder;
import dev.juxta.LoadOptions;
import dev.juxta.LongInput;
import dev.juxta.Prompt;
import dev.juxta.Quantizer;
import dev.juxta.ScoreOptions;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.data.InputException;
import dev.juxta.engine.Precision;
import dev.juxta.engine.QuantizationReport;
import dev.juxta.model.OutputActivation;
import dev.juxta.text.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a model is loaded and scores, whichever option names it. */
public class LoadingOptions {

    /** Pairs that are looked through at a time for ones that are too long. */
    private static final int SLAB = 1024;

    @Mixin
    private final HubOptions source = new HubOptions();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Tokens per pair; default: what the checkpoint says.")
    private Optional<Integer> maxLength = Optional.empty();

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            converter = OptionValues.Activation.class,
            description =
                    "What turns logits into scores: sigmoid, identity, softmax, …; default: what the checkpoint says.")
    private Optional<OutputActivation> activation = Optional.empty();

    @Option(names = "--prompt", paramLabel = "TEXT", description = "Put before the first text of each pair.")
    private Optional<String> prompt = Optional.empty();

    @Option(names = "--prompt-name", paramLabel = "NAME", description = "A prompt that the checkpoint has saved.")
    private Optional<String> promptName = Optional.empty();

    @Option(
            names = "--on-long",
            paramLabel = "HOW",
            converter = OptionValues.OnLong.class,
            description =
                    "Pairs that are too long: truncate (default, reported), chunk (the best window counts) or fail.")
    private LongInput onLong = LongInput.TRUNCATE;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Default: all cores.")
    private Optional<Integer> threads = Optional.empty();

    @Option(
            names = "--batch-tokens",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Tokens that are computed together; default: " + LoadOptions.DEFAULT_BATCH_TOKENS + ".")
    private int batchTokens = LoadOptions.DEFAULT_BATCH_TOKENS;

    @Option(
            names = "--precision",
            paramLabel = "P",
            converter = OptionValues.NumberFormat.class,
            description = "fp32 (default: the reference's scores), bf16, int8, or auto: the fastest that keeps the"
                    + " ranking.")
    private Precision precision = Precision.FP32;

    @Option(names = "--engine", paramLabel = "NAME", description = "Default: the fastest that runs here.")
    private Optional<String> engine = Optional.empty();

    /**
     * Checks what can be checked before anything is read.
     *
     * @param option what names the model
     * @throws UsageException if options contradict each other
     */
    public void check(String option, String name) {
        if (prompt.isPresent() && promptName.isPresent()) {
            throw new UsageException("--prompt and --prompt-name both say what to put first; give one of them");
        }
        if (name.isBlank()) {
            throw new UsageException(option + " is blank; give a directory or a hub id such as owner/name");
        }
    }

    /**
     * Loads a model by name, with these options.
     *
     * @throws UsageException if it cannot do what the options ask for
     */
    public CrossEncoder open(Session session, String name) throws IOException {
        return open(session, name, CrossEncoder::load);
    }

    /** Loads a model of whichever kind by name, with these options. */
    public ScoringModel openScorer(Session session, String name) throws IOException {
        return open(session, name, ScoringModel::load);
    }

    /** Loads a checkpoint. */
    private interface Loader<M> {
        M load(CheckpointFiles files, LoadOptions options) throws IOException;
    }

    private <M extends ScoringModel> M open(Session session, String name, Loader<? extends M> loader)
            throws IOException {
        try {
            M opened = loader.load(source.files(session, name), load());
            try {
                checkAgainst(opened, name);
            } catch (UsageException e) {
                opened.close();
                throw e;
            }
            return opened;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Chooses a model's scales for int8.
     *
     * @param name the model
     * @param samples typical pairs; empty for those built in
     * @param out where to keep the scales; empty for the model's own place
     */
    QuantizationReport quantize(Session session, String name, List<TextPair> samples, Optional<Path> out)
            throws IOException {
        Quantizer quantizer = new Quantizer(load(), samples, out);
        try {
            return quantizer.quantize(source.files(session, name));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void checkAgainst(ScoringModel opened, String name) {
        if (promptName.isPresent() && !opened.info().prompts().containsKey(promptName.get())) {
            throw new UsageException("--prompt-name \"" + promptName.get() + "\" is not among the prompts of " + name
                    + ", which are " + opened.info().prompts().keySet());
        }
        if (onLong == LongInput.CHUNK && opened.info().labels().size() != 1) {
            throw new UsageException("--on-long chunk picks the window with the best score, and " + name + " has "
                    + opened.info().labels().size() + " labels; choose truncate or fail");
        }
    }

    /** Where a model that is no directory comes from. */
    public Hub hub(Session session) throws IOException {
        return source.hub(session);
    }

    /** The revision of a hub id. */
    public String revision() {
        return source.revision();
    }

    /** Whether input that is too long is to be refused. */
    boolean failsOnLong() {
        return onLong == LongInput.FAIL;
    }

    /** Whether input that is too long is to be read in windows. */
    boolean chunksLong() {
        return onLong == LongInput.CHUNK;
    }

    /** What is done with input that is too long. */
    LongInput onLong() {
        return onLong;
    }

    /** How a model is loaded. */
    public LoadOptions load() {
        return new LoadOptions(
                engine,
                precision,
                threads.map(OptionalInt::of).orElse(OptionalInt.empty()),
                maxLength.map(OptionalInt::of).orElse(OptionalInt.empty()),
                activation,
                batchTokens,
                revision());
    }

    /** How pairs are scored, told to {@code progress}. */
    public ScoreOptions scoring(Progress progress) {
        return scoring().withProgress(progress);
    }

    /** How pairs are scored. */
    public ScoreOptions scoring() {
        return ScoreOptions.defaults().withOnLong(onLong).withPrompt(prompt());
    }

    /** How pairs are read, in words; nothing where that is as always. */
    public String reading() {
        return (onLong == LongInput.TRUNCATE ? "" : ", " + onLong)
                + prompt.map(text -> ", prompt " + text).orElse("")
                + promptName.map(name -> ", prompt of " + name).orElse("");
    }

    /** What to put before the first text. */
    Prompt prompt() {
        if (promptName.isPresent()) {
            return Prompt.named(promptName.get());
        }
        return prompt.map(Prompt::text).orElse(Prompt.modelDefault());
    }

    /**
     * With {@code --on-long fail}, looks for pairs that are too long before anything is scored.
     *
     * @throws InputException if there is one; the message names its line
     */
    void requireShort(ScoringModel opened, List<PairLine> lines) throws InputException {
        if (onLong != LongInput.FAIL || !(opened instanceof CrossEncoder encoder)) {
            return; // the others say which text is too long when they come to it
        }
        for (int from = 0; from < lines.size(); from += SLAB) {
            List<PairLine> slab = lines.subList(from, Math.min(lines.size(), from + SLAB));
            List<TextPair> pairs = slab.stream().map(PairLine::pair).toList();
            List<TokenizedPair> tokenized = encoder.tokenize(pairs, prompt());
            for (int i = 0; i < slab.size(); i++) {
                if (tokenized.get(i).truncated() > 0) {
                    throw new InputException(slab.get(i).place() + " makes a pair of "
                            + tokenized.get(i).lengthBefore() + " tokens, and the model reads "
                            + opened.info().maxLength() + "; shorten it, or choose --on-long truncate or chunk");
                }
            }
        }
    }
}
