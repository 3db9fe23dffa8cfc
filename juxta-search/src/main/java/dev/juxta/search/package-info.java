/**
 * First stages over Lucene, and pipelines of them with scorers: {@link dev.juxta.search.Bm25} finds candidates by their
 * words.
 */
@NullMarked
package dev.juxta.search;

import org.jspecify.annotations.NullMarked;
