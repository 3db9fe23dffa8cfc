/** What runs a recorded program: the contract of an engine, and how one is found. */
@NullMarked
package dev.juxta.engine;

import org.jspecify.annotations.NullMarked;
