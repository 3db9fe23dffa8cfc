package dev.juxta.onednn;

import dev.juxta.engine.PackedBatch;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.TokenIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Stand-ins for real pairs, made from nothing but the sizes of a program's embedding tables. */
final class Samples {

    private static final int SEQUENCES = 32;
    private static final int LONGEST = 64;

    private static final int LONGEST_USUAL = 192;

    private Samples() {}

    /** Random sequences within the sizes of the program's embedding tables. */
    static List<PackedBatch> random(Program program) {
        Random random = new Random(SEQUENCES);
        int vocabulary = tableSize(program, TokenIndex.ID);
        int segments = tableSize(program, TokenIndex.SEGMENT);
        int positions = tableSize(program, TokenIndex.POSITION);
        List<PackedBatch.Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < SEQUENCES; i++) {
            int length = 1 + random.nextInt(Math.min(LONGEST, positions));
            int[] segment = new int[length];
            int[] position = new int[length];
            for (int j = 0; j < length; j++) {
                segment[j] = j < length / 2 ? 0 : segments - 1;
                position[j] = positions - length + j;
            }
            sequences.add(
                    new PackedBatch.Sequence(random.ints(length, 0, vocabulary).toArray(), segment, position));
        }
        return List.of(PackedBatch.of(sequences));
    }

    /** A batch for each of the shapes that requests usually have: single sequences of up to 192 tokens. */
    static List<PackedBatch> shapes(Program program) {
        int positions = tableSize(program, TokenIndex.POSITION);
        List<PackedBatch> batches = new ArrayList<>();
        for (int length = Rows.GRAIN; length <= Math.min(LONGEST_USUAL, positions); length += Rows.GRAIN) {
            int[] position = new int[length];
            for (int j = 0; j < length; j++) {
                position[j] = positions - length + j;
            }
            batches.add(PackedBatch.of(List.of(new PackedBatch.Sequence(new int[length], new int[length], position))));
        }
        return batches;
    }

    private static int tableSize(Program program, TokenIndex index) {
        return program.steps().stream()
                .map(Step::operation)
                .filter(Operation.Embedding.class::isInstance)
                .map(Operation.Embedding.class::cast)
                .filter(embedding -> embedding.index() == index)
                .mapToInt(embedding -> embedding.table().size(0))
                .min()
                .orElse(index == TokenIndex.POSITION ? LONGEST : 1);
    }
}
