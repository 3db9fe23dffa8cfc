package dev.juxta.ops;

/** One line of a recorded program: {@code output = operation}. */
public record Step(Value output, Operation operation) {}
