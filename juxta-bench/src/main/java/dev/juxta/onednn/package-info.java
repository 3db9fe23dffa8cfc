/**
 * Programs that measure the oneDNN engine from inside, run by hand: {@link dev.juxta.onednn.Roofline} (where the time of a
 * forward pass goes, against the peak of a bare product), {@link dev.juxta.onednn.KernelBenchmarks} (JMH), and those behind
 * the tables of docs/performance.md.
 */
@NullMarked
package dev.juxta.onednn;

import org.jspecify.annotations.NullMarked;
