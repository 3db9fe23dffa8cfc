package dev.juxta;

import java.util.Optional;

/**
 * A document in a ranking.
 *
 * @param rank its place, from 1
 * @param index its place among the documents that were given, from 0
 * @param score what the model said of it
 * @param document its text, if that was asked for
 */
public record Ranked(int rank, int index, Score score, Optional<String> document) {}
