/**
 * Evaluation: data sets (BEIR folders, TREC runs and judgements, labelled pairs, MTEB's forms), evaluators, and what can
 * be said of their numbers: intervals, and whether two runs differ.
 */
@NullMarked
package dev.juxta.eval;

import org.jspecify.annotations.NullMarked;
