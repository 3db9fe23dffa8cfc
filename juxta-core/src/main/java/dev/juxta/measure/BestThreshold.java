package dev.juxta.measure;

/**
 * The best value that a measure takes over all thresholds, and where.
 *
 * @param value the measure
 * @param threshold pairs with at least this score count as positive; the highest of equally good ones
 * @param precision positive pairs among those that count as positive; 0 if none do
 * @param recall positive pairs that count as positive, among all positive ones; 0 if there are none
 */
public record BestThreshold(double value, double threshold, double precision, double recall) {}
