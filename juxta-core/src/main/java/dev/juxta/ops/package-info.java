/**
 * The seam between architectures and engines. An architecture's forward pass is written once on {@link dev.juxta.ops.Ops};
 * {@link dev.juxta.ops.Recorder} turns it into a {@link dev.juxta.ops.Program}, which an engine compiles.
 */
@NullMarked
package dev.juxta.ops;

import org.jspecify.annotations.NullMarked;
