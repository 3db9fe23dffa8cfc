package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;
import dev.juxta.onednn.PlaceAllocator.RowBytes;
import dev.juxta.ops.Value;
import java.util.List;

/**
 * What is done to each chunk, and the native memory of the weights that it reads.
 *
 * @param stages in order
 * @param rowBytes memory for each row
 * @param result the program's result
 * @param resultPlace where it lies at the end, in floats
 * @param owned to be closed with it
 */
record Plan(List<Stage> stages, RowBytes rowBytes, Value result, View resultPlace, List<Resource> owned) {}
