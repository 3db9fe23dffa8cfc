package dev.juxta.engine;

import dev.juxta.ops.Program;
import java.util.Optional;

/**
 * Turns a recorded program into something that runs. An engine sees the whole pass, so fusions, precisions and buffers
 * are its own business. Every engine gives the reference engine's answer within the tolerance of its precision.
 */
public interface Engine {

    /** Its name, as options and results print it: {@code reference}, {@code onednn}. */
    String name();

    /** Of the engines that load, the one with the highest preference is chosen; the reference engine has 0. */
    int preference();

    /** Why this engine cannot run on this machine, in a sentence; empty if it can. */
    Optional<String> obstacle();

    /**
     * Prepares {@code program}: packs weights, fuses steps.
     *
     * @throws IllegalArgumentException if the engine cannot do what the options ask for; the message says what it can
     */
    Executable compile(Program program, EngineOptions options);

    /**
     * Chooses the scales of int8 on the samples, compares the ranks that they give with fp32's, and keeps both for later
     * compilations: in the checkpoint's folder where that can be written, else in the user's cache.
     *
     * @throws IllegalArgumentException if the engine has no int8
     */
    default QuantizationReport quantize(Program program, EngineOptions options) {
        throw new IllegalArgumentException("The " + name() + " engine has no int8, so there is nothing to quantize;"
                + " use the onednn engine where it runs");
    }
}
