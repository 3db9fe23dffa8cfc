package dev.juxta.engine;

import dev.juxta.engine.EngineSuite.Case;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.Attention.Rotary;
import dev.juxta.ops.Attention.Stretch;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.PositionBuckets;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.Value;
import java.util.List;
import java.util.Optional;

/** The part of {@link EngineSuite} that is about attention: masks, positions, biases, shared heads. */
final class AttentionCases {

    /** Around the borders of the blocks that engines cut long sequences into, and of windows within them. */
    private static final int[] LONG = {257, 3, 385, 128};

    private AttentionCases() {}

    /** Each form of attention over sequences of a few tokens, and of one. */
    static void add(List<Case> cases) {
        List<Mask> masks = List.of(Mask.FULL, new Mask(true, Mask.NO_WINDOW), new Mask(false, 5), new Mask(true, 3));
        for (Mask mask : masks) {
            for (boolean rotary : new boolean[] {false, true}) {
                String name = "attention " + mask + (rotary ? " rotary" : "");
                Optional<Rotary> rotation = rotary ? Optional.of(new Rotary(10_000)) : Optional.empty();
                EngineSuite.add(cases, name, (ops, w) -> attention(ops, w, mask, rotation, Optional.empty(), 4));
                EngineSuite.add(
                        cases,
                        name + ", last token",
                        (ops, w) -> ops.pool(attention(ops, w, mask, rotation, Optional.empty(), 4), Pooling.LAST));
            }
        }
        Rotary stretched = new Rotary(100, Optional.of(new Stretch(List.of(1.0, 0.7, 0.125), 1.3)));
        EngineSuite.add(
                cases,
                "stretched rotary",
                (ops, w) -> attention(ops, w, Mask.FULL, Optional.of(stretched), Optional.empty(), 4));
        EngineSuite.add(
                cases,
                "grouped queries",
                (ops, w) -> attention(ops, w, Mask.FULL, Optional.empty(), Optional.empty(), 2));
        PositionBuckets buckets = new Clipped(6);
        EngineSuite.add(cases, "learned bias", (ops, w) -> {
            Value table = ops.constant(w.weight(buckets.count(), 4));
            return attention(
                    ops, w, Mask.FULL, Optional.empty(), Optional.of(new RelativeBias.Learned<>(table, buckets)), 4);
        });
        for (Pooling pooling : new Pooling[] {Pooling.MEAN_OF_SECOND_TEXT, Pooling.FIRST, Pooling.LAST}) {
            EngineSuite.add(cases, "across texts, then " + pooling, (ops, w) -> {
                Value openness = ops.constant(w.weight(2, 4));
                RelativeBias<Value> bias = new RelativeBias.AcrossTexts<>(openness);
                return ops.pool(attention(ops, w, Mask.FULL, Optional.empty(), Optional.of(bias), 4), pooling);
            });
        }
        for (int terms = 1; terms <= 3; terms++) {
            int which = terms;
            EngineSuite.add(cases, "disentangled " + terms, (ops, w) -> {
                Value table = ops.norm(ops.constant(w.weight(buckets.count(), 24)), w.norm(24));
                Value positionKey = ops.linear(table, w.linear(24, 24));
                Value positionQuery = ops.linear(table, w.linear(24, 24));
                RelativeBias<Value> bias = new RelativeBias.Disentangled<>(
                        Optional.of(positionKey).filter(k -> (which & 1) != 0),
                        Optional.of(positionQuery).filter(q -> (which & 2) != 0),
                        buckets);
                return ops.pool(attention(ops, w, Mask.FULL, Optional.empty(), Optional.of(bias), 4), Pooling.FIRST);
            });
        }
    }

    /** Attention over sequences that engines cut into blocks. */
    static void addLong(List<Case> cases) {
        Optional<Rotary> rotary = Optional.of(new Rotary(10_000));
        List<Mask> masks = List.of(
                Mask.FULL,
                new Mask(true, Mask.NO_WINDOW),
                new Mask(false, 1),
                new Mask(false, 64),
                new Mask(true, 127),
                new Mask(false, 300));
        for (Mask mask : masks) {
            String name = "long attention " + mask;
            EngineSuite.add(cases, name, LONG, (ops, w) -> attention(ops, w, mask, rotary, Optional.empty(), 2));
        }
        PositionBuckets buckets = new Clipped(140);
        EngineSuite.add(cases, "long attention, learned bias", LONG, (ops, w) -> {
            Value table = ops.constant(w.weight(buckets.count(), 4));
            return attention(
                    ops,
                    w,
                    new Mask(false, 200),
                    Optional.empty(),
                    Optional.of(new RelativeBias.Learned<>(table, buckets)),
                    4);
        });
        for (Mask mask : List.of(Mask.FULL, new Mask(true, 150))) {
            EngineSuite.add(cases, "long disentangled attention " + mask, LONG, (ops, w) -> {
                Value table = ops.constant(w.weight(buckets.count(), 24));
                RelativeBias<Value> bias = new RelativeBias.Disentangled<>(
                        Optional.of(ops.linear(table, w.linear(24, 24))),
                        Optional.of(ops.linear(table, w.linear(24, 24))),
                        buckets);
                return attention(ops, w, mask, Optional.empty(), Optional.of(bias), 4);
            });
        }
    }

    /** Distances from −limit to limit, farther ones clipped. */
    private record Clipped(int limit) implements PositionBuckets {
        @Override
        public int count() {
            return 2 * limit + 1;
        }

        @Override
        public int row(int distance) {
            return Math.max(-limit, Math.min(limit, distance)) + limit;
        }
    }

    private static Value attention(
            Ops<Value> ops,
            RandomWeights w,
            Mask mask,
            Optional<Rotary> rotary,
            Optional<RelativeBias<Value>> bias,
            int keyValueHeads) {
        Value x = EngineSuite.embed(ops, w, 20);
        return ops.attention(new Attention<>(
                ops.linear(x, w.linear(20, 24)),
                ops.linear(x, w.linear(20, 6 * keyValueHeads)),
                ops.linear(x, w.linear(20, 6 * keyValueHeads)),
                4,
                keyValueHeads,
                0.4f,
                mask,
                rotary,
                bias,
                Queries.ALL));
    }
}
