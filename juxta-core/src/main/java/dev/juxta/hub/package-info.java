/** Models of the Hugging Face hub: fetched when asked for, kept in the cache that its Python client keeps. */
@NullMarked
package dev.juxta.hub;

import org.jspecify.annotations.NullMarked;
