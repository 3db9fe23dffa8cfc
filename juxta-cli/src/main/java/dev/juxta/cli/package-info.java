/**
 * The {@code juxta} command: one class per subcommand, read with picocli. Commands take all they touch from a
 * {@link dev.juxta.cli.Session}, read and check their whole input before they score, and print whole results only.
 */
@NullMarked
package dev.juxta.cli;

import org.jspecify.annotations.NullMarked;
