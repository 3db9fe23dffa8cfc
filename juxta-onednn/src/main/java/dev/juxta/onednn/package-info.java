/**
 * The fast CPU engine: a recorded program becomes a plan of oneDNN primitives over native buffers, which workers carry
 * out on chunks of the batch.
 *
 * <p>{@link dev.juxta.onednn.Fusion} turns the program's steps into fewer, larger nodes; {@link dev.juxta.onednn.Planner}
 * gives each a precision, a place for its result and a stage; {@link dev.juxta.onednn.Crew} runs the stages.
 */
@NullMarked
package dev.juxta.onednn;

import org.jspecify.annotations.NullMarked;
