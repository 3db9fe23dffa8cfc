/**
 * The engine that defines the answer: a recorded program in plain Java on packed tokens. Each row is computed by the same
 * operations in the same order whatever stands beside it, so a sequence gives the same bits alone, in any batch and on
 * any number of threads.
 */
@NullMarked
package dev.juxta.engine.reference;

import org.jspecify.annotations.NullMarked;
