/**
 * Measures as values that print and parse: {@code nDCG@10}, {@code AP}, {@code Spearman}. Those of rankings are
 * trec_eval's, those of scores and classes SciPy's and scikit-learn's, ties included.
 */
@NullMarked
package dev.juxta.measure;

import org.jspecify.annotations.NullMarked;
