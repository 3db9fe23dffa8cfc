package dev.juxta.train.labelling;

import java.util.OptionalDouble;

/**
 * What teachers say of a pair.
 *
 * @param value a score, a similarity from 0 to 1, or the number of a class
 * @param confidence 0 to 1, how sure they are; empty where nothing tells
 */
public record SilverLabel(double value, OptionalDouble confidence) {}
