/** The server: every rerank API on one port. */
@NullMarked
package dev.juxta.server;

import org.jspecify.annotations.NullMarked;
