package dev.juxta.search;

/**
 * A file as an index knows it.
 *
 * @param path as it was given
 * @param size in bytes, when it was read
 * @param modified milliseconds since 1970, when it was read
 * @param hash of its bytes; empty while it is not known
 * @param documents how many of its documents are in the index
 * @param complete whether these are all of them
 */
public record IndexedFile(String path, long size, long modified, String hash, int documents, boolean complete) {}
