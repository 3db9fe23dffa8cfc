/** Files of data: lines of UTF-8, packed or not, whose errors name their place, and files that appear whole or not at all. */
@NullMarked
package dev.juxta.data;

import org.jspecify.annotations.NullMarked;
