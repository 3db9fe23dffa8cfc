/** From texts to tokens: one text at a time, then a pair under a length limit. */
@NullMarked
package dev.juxta.text;

import org.jspecify.annotations.NullMarked;
