package dev.juxta.search.document;

/**
 * A heading in a text.
 *
 * @param level 1 for the outermost
 * @param text what it says
 * @param begin index of the first char of its line or element
 * @param end index after it, where the text under it begins
 */
public record Heading(int level, String text, int begin, int end) {}
