/** Training of cross-encoders: losses, data, schedules, and checkpoints that go on where they were left. */
@NullMarked
package dev.juxta.train;

import org.jspecify.annotations.NullMarked;
