package dev.juxta.onednn;

import dev.juxta.checkpoint.Weight;
import dev.juxta.onednn.Place.View;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.TokenIndex;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/** The row-wise steps that a plan is made of. */
final class Steps {

    private static final float SMALLEST_LENGTH = 1e-12f;

    private Steps() {}

    /** A table of rows and what picks one of them for a token. */
    record Table(Rows rows, TokenIndex index) {
        /** The rows of an embedding table. */
        interface Rows {
            /** Copies a row into {@code to}. */
            void read(int row, float[] to);
        }

        static Table of(Weight weight, TokenIndex index) {
            if ((long) weight.count() * Float.BYTES > LARGEST_COPY) {
                return new Table((row, to) -> weight.readRow(row, to, 0), index);
            }
            float[] all = weight.toFloats(); // [rows, width]
            int width = weight.size(1);
            int count = weight.size(0);
            return new Table(
                    (row, to) -> {
                        if (row < 0 || row >= count) {
                            throw new IllegalArgumentException("Row " + row + " is not in " + weight);
                        }
                        System.arraycopy(all, row * width, to, 0, width);
                    },
                    index);
        }

        /**
         * Tables up to this many bytes are kept as floats. Larger ones, of which a text touches few rows, are read from
         * the checkpoint row by row: less memory, and nothing to copy at load.
         */
        private static final long LARGEST_COPY = 4L << 20;
    }

    /** Sums a row of each table: [tokens, width]. */
    record Embed(List<Table> tables, View target) implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            long begin = share.worker().profile().begin();
            int width = target.width();
            float[] sum = new float[width];
            float[] row = new float[width];
            FloatBuffer rows = Region.floats(share.address(target, tile), (long) tile.rows() * width);
            for (int i = 0; i < tile.rows(); i++) {
                int token = share.chunk().firstToken() + tile.first() + i;
                tables.get(0).rows().read(index(share, tables.get(0), token), sum);
                for (int t = 1; t < tables.size(); t++) {
                    tables.get(t).rows().read(index(share, tables.get(t), token), row);
                    for (int j = 0; j < width; j++) {
                        sum[j] += row[j];
                    }
                }
                rows.put(sum);
            }
            share.worker().profile().end("embedding", begin);
        }

        private static int index(Share share, Table table, int token) {
            return switch (table.index()) {
                case ID -> share.chunk().batch().ids()[token];
                case SEGMENT -> share.chunk().batch().segments()[token];
                case POSITION -> share.chunk().batch().positions()[token];
            };
        }
    }

    /**
     * A product with what is fused into it.
     *
     * @param gate what the product is multiplied with, element by element
     * @param requantization how a quantized target is rounded
     */
    record Product(
            PackedMatrix matrix,
            View source,
            View target,
            Optional<ActivationFunction> activation,
            Optional<View> gate,
            Optional<View> residual,
            Optional<Requantization> requantization,
            Optional<Observer> observer)
            implements RowStep {

        /**
         * Rounds (x + offset) · factor + zero.
         *
         * @param factors one over what a unit of each column stands for, [out]
         * @param offset what makes the smallest value 0
         * @param zero the byte that stands for −offset
         */
        record Requantization(Region factors, float offset, int zero) {}

        /** Sees the inputs of products, to choose scales by. */
        interface Observer {
            /**
             * Looks at rows.
             *
             * @param rows [count, width]
             */
            void see(FloatBuffer rows, int count, int width);
        }

        @Override
        public void run(Share share, Tile tile) {
            long from = share.address(source, tile);
            observer.ifPresent(o ->
                    o.see(Region.floats(from, (long) tile.rows() * source.width()), tile.rows(), source.width()));
            KernelSpec.Product spec = new KernelSpec.Product(
                    tile.padded(),
                    matrix.in(),
                    matrix.out(),
                    matrix.source(),
                    target.type(),
                    activation,
                    gate.map(View::type),
                    residual.map(View::type),
                    requantization.map(Requantization::offset).orElse(0f),
                    requantization.map(Requantization::zero).orElse(0));
            long[] addresses =
                    new long[4 + count(matrix.scales()) + count(gate) + count(residual) + count(requantization)];
            addresses[0] = from;
            addresses[1] = matrix.weights().address();
            addresses[2] = matrix.bias().address();
            addresses[3] = share.address(target, tile);
            int next = 4;
            if (matrix.scales().isPresent()) {
                addresses[next++] = matrix.scales().get().address();
            }
            if (gate.isPresent()) {
                addresses[next++] = share.address(gate.get(), tile);
            }
            if (residual.isPresent()) {
                addresses[next++] = share.address(residual.get(), tile);
            }
            if (requantization.isPresent()) {
                addresses[next] = requantization.get().factors().address();
            }
            share.worker().run(spec, addresses);
        }

        private static int count(Optional<?> optional) {
            return optional.isPresent() ? 1 : 0;
        }
    }

    /**
     * LayerNorm or RMSNorm, of whole rows or of each head's columns: as source and target hold nothing but these rows,
     * the runs of {@code width} columns are rows themselves.
     *
     * @param width columns that are normalized together
     */
    record Normalization(
            View source, View target, int width, Region scale, Optional<Region> shift, boolean rms, float epsilon)
            implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            int runs = tile.padded() * (source.width() / width);
            KernelSpec spec = new KernelSpec.Normalization(
                    runs, width, source.type(), target.type(), shift.isPresent(), rms, epsilon);
            long from = share.address(source, tile);
            long to = share.address(target, tile);
            if (shift.isPresent()) {
                share.worker().run(spec, from, to, scale.address(), shift.get().address());
            } else {
                share.worker().run(spec, from, to, scale.address());
            }
        }
    }

    /**
     * Copies columns into another type.
     *
     * @param rounding how a quantized target is rounded
     */
    record Conversion(View source, View target, Optional<Rounding> rounding) implements RowStep {

        /**
         * Rounds x / unit + zero.
         *
         * @param units what one unit of each column stands for, [width]
         * @param zero the byte that stands for 0, as an int; empty if that is 0
         */
        record Rounding(Region units, Optional<Region> zero) {}

        @Override
        public void run(Share share, Tile tile) {
            Optional<Region> zero = rounding.flatMap(Rounding::zero);
            KernelSpec spec = new KernelSpec.Conversion(
                    tile.padded(),
                    source.width(),
                    source.place().width(),
                    source.type(),
                    target.type(),
                    zero.isPresent());
            long from = share.address(source, tile);
            long to = share.address(target, tile);
            if (rounding.isEmpty()) {
                share.worker().run(spec, from, to);
            } else if (zero.isEmpty()) {
                share.worker().run(spec, from, to, rounding.get().units().address());
            } else {
                share.worker()
                        .run(
                                spec,
                                from,
                                to,
                                rounding.get().units().address(),
                                zero.get().address());
            }
        }
    }

    /** f, element by element. */
    record Elementwise(View source, View target, ActivationFunction function) implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            share.worker()
                    .run(
                            new KernelSpec.Elementwise(tile.padded(), source.width(), function),
                            share.address(source, tile),
                            share.address(target, tile));
        }
    }

    /** x + offset, element by element. */
    record Offset(View source, View target, float offset) implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            share.worker()
                    .run(
                            new KernelSpec.Offset(tile.padded(), source.width(), offset),
                            share.address(source, tile),
                            share.address(target, tile));
        }
    }

    /** a + b or a · b, element by element; b may be one column for all of a's. */
    record Pairwise(View a, View b, View target, boolean multiply) implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            share.worker()
                    .run(
                            new KernelSpec.Pairwise(tile.padded(), a.width(), b.width(), multiply),
                            share.address(a, tile),
                            share.address(b, tile),
                            share.address(target, tile));
        }
    }

    /** Rows side by side. */
    record Concatenation(List<View> parts, View target) implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            int column = 0;
            for (View part : parts) {
                View to = new View(target.place(), column, part.width());
                long from = share.address(part, tile);
                long into = share.address(to, tile);
                long bytes = (long) part.width() * part.type().bytes();
                for (int i = 0; i < tile.rows(); i++) {
                    Region.copy(
                            from + i * part.place().rowBytes(),
                            into + i * target.place().rowBytes(),
                            bytes);
                }
                column += part.width();
            }
        }
    }

    /** x · factor, element by element. */
    record Scaled(View source, View target, float factor) implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            float[] row = new float[source.width()];
            long from = share.address(source, tile);
            FloatBuffer to = Region.floats(share.address(target, tile), (long) tile.rows() * row.length);
            for (int i = 0; i < tile.rows(); i++) {
                Region.floats(from + i * source.place().rowBytes(), row.length).get(row);
                for (int j = 0; j < row.length; j++) {
                    row[j] *= factor;
                }
                to.put(row);
            }
        }
    }

    /** Divides each row by its Euclidean length. */
    record UnitLength(View source, View target) implements RowStep {
        @Override
        public void run(Share share, Tile tile) {
            int width = source.width();
            float[] row = new float[width];
            FloatBuffer from = Region.floats(share.address(source, tile), (long) tile.rows() * width);
            FloatBuffer to = Region.floats(share.address(target, tile), (long) tile.rows() * width);
            for (int i = 0; i < tile.rows(); i++) {
                from.get(row);
                float length = Math.max(SMALLEST_LENGTH, (float) Math.sqrt(squares(row)));
                for (int j = 0; j < width; j++) {
                    row[j] /= length;
                }
                to.put(row);
            }
        }

        /** The sum of squares, in four parts that need not wait for each other. */
        private static double squares(float[] row) {
            double a = 0;
            double b = 0;
            double c = 0;
            double d = 0;
            int j = 0;
            for (; j + 4 <= row.length; j += 4) {
                a += (double) row[j] * row[j];
                b += (double) row[j + 1] * row[j + 1];
                c += (double) row[j + 2] * row[j + 2];
                d += (double) row[j + 3] * row[j + 3];
            }
            for (; j < row.length; j++) {
                a += (double) row[j] * row[j];
            }
            return a + b + (c + d);
        }
    }
}
