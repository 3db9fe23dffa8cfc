/**
 * Files become passages: readers of formats, splitters, and {@link dev.juxta.search.document.Indexing}, which brings an
 * index up to date with a folder.
 */
@NullMarked
package dev.juxta.search.document;

import org.jspecify.annotations.NullMarked;
