/**
 * Losses, one per file: what a batch of scores costs, and the slope of that by every score. They know scores and labels
 * and nothing of networks, so each is a formula and its derivative; a trainer hands the slopes to the network.
 */
@NullMarked
package dev.juxta.train.loss;

import org.jspecify.annotations.NullMarked;
