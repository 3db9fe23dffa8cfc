package dev.juxta.engine.reference;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Workers;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.TokenIndex;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** The operations on one batch, computed as they are called. */
final class ReferenceOps implements Ops<Matrix> {

    /** Rows that one worker takes at a time. */
    private static final int ROW_BLOCK = 32;

    private static final float SMALLEST_LENGTH = 1e-12f;

    private final PackedBatch batch;
    private final PackedWeights weights;
    private final Workers workers;

    ReferenceOps(PackedBatch batch, PackedWeights weights, Workers workers) {
        this.batch = batch;
        this.weights = weights;
        this.workers = workers;
    }

    /** Runs {@code body} for every row, blocks of rows side by side. */
    private void forEachRow(int rows, IntConsumer body) {
        forEachBlock(rows, (from, to) -> {
            for (int row = from; row < to; row++) {
                body.accept(row);
            }
        });
    }

    private void forEachBlock(int rows, RowRange body) {
        int blocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
        workers.forEach(blocks, block -> {
            int from = block * ROW_BLOCK;
            body.accept(from, Math.min(rows, from + ROW_BLOCK));
        });
    }

    /** Something done to the rows from (inclusive) to (exclusive). */
    private interface RowRange {
        void accept(int from, int to);
    }

    @Override
    public Matrix embedding(Weight table, TokenIndex index) {
        int[] rows = switch (index) {
            case ID -> batch.ids();
            case SEGMENT -> batch.segments();
            case POSITION -> batch.positions();
        };
        Matrix result = Matrix.zeros(rows.length, table.size(1));
        forEachRow(rows.length, i -> table.readRow(rows[i], result.data(), i * result.width()));
        return result;
    }

    @Override
    public Matrix constant(Weight weight) {
        return new Matrix(weight.size(0), weight.size(1), weights.floats(weight));
    }

    @Override
    public Matrix linear(Matrix x, Linear layer) {
        Panels panels = weights.panels(layer.weight());
        Optional<float[]> bias = layer.bias().map(weights::floats);
        Matrix result = Matrix.zeros(x.rows(), layer.out());
        forEachBlock(x.rows(), (from, to) -> {
            MatrixProduct.multiply(
                    x.data(),
                    from * x.width(),
                    x.width(),
                    to - from,
                    panels,
                    result.data(),
                    from * result.width(),
                    result.width());
            bias.ifPresent(b -> addToRows(result, b, from, to));
        });
        return result;
    }

    private static void addToRows(Matrix x, float[] bias, int from, int to) {
        float[] data = x.data();
        for (int row = from; row < to; row++) {
            int offset = row * bias.length;
            for (int j = 0; j < bias.length; j++) {
                data[offset + j] += bias[j];
            }
        }
    }

    @Override
    public Matrix activation(Matrix x, ActivationFunction function) {
        Matrix result = new Matrix(x.rows(), x.width(), x.data().clone());
        forEachBlock(
                x.rows(),
                (from, to) -> Functions.apply(function, result.data(), from * x.width(), (to - from) * x.width()));
        return result;
    }

    @Override
    public Matrix norm(Matrix x, Norm norm) {
        float[] scale = weights.floats(norm.scale());
        Optional<float[]> shift = norm.shift().map(weights::floats);
        Matrix result = Matrix.zeros(x.rows(), x.width());
        forEachRow(x.rows(), row -> {
            for (int from = row * x.width(); from < (row + 1) * x.width(); from += norm.width()) {
                norm(x.data(), from, norm, scale, shift, result.data());
            }
        });
        return result;
    }

    private static void norm(float[] x, int from, Norm norm, float[] scale, Optional<float[]> shift, float[] result) {
        int width = norm.width();
        double mean = norm.kind() == Norm.Kind.LAYER ? mean(x, from, width) : 0;
        double variance = 0;
        for (int j = from; j < from + width; j++) {
            double deviation = x[j] - mean;
            variance += deviation * deviation;
        }
        double inverse = 1 / Math.sqrt(variance / width + norm.epsilon());
        for (int j = 0; j < width; j++) {
            float normed = (float) ((x[from + j] - mean) * inverse) * scale[j];
            result[from + j] = shift.isPresent() ? normed + shift.get()[j] : normed;
        }
    }

    private static double mean(float[] x, int from, int width) {
        double sum = 0;
        for (int j = from; j < from + width; j++) {
            sum += x[j];
        }
        return sum / width;
    }

    @Override
    public Matrix attention(Attention<Matrix> attention) {
        int width = attention.value().width() / attention.keyValueHeads() * attention.heads();
        Matrix result = Matrix.zeros(attention.query().rows(), width);
        workers.forEach(batch.sequences() * attention.heads(), task -> {
            int sequence = task / attention.heads();
            int head = task % attention.heads();
            new AttentionTask(attention, batch, sequence, head, result).run();
        });
        return result;
    }

    @Override
    public Matrix add(Matrix a, Matrix b) {
        Matrix result = Matrix.zeros(a.rows(), a.width());
        for (int i = 0; i < result.data().length; i++) {
            result.data()[i] = a.data()[i] + b.data()[i];
        }
        return result;
    }

    @Override
    public Matrix multiply(Matrix a, Matrix b) {
        Matrix result = Matrix.zeros(a.rows(), a.width());
        for (int i = 0; i < result.data().length; i++) {
            result.data()[i] = a.data()[i] * b.data()[b.width() == a.width() ? i : i / a.width()];
        }
        return result;
    }

    @Override
    public Matrix columns(Matrix x, int from, int to) {
        Matrix result = Matrix.zeros(x.rows(), to - from);
        for (int row = 0; row < x.rows(); row++) {
            System.arraycopy(x.data(), row * x.width() + from, result.data(), row * result.width(), to - from);
        }
        return result;
    }

    @Override
    public Matrix concatenate(List<Matrix> parts) {
        int rows = parts.get(0).rows();
        Matrix result =
                Matrix.zeros(rows, parts.stream().mapToInt(Matrix::width).sum());
        int column = 0;
        for (Matrix part : parts) {
            for (int row = 0; row < rows; row++) {
                int to = row * result.width() + column;
                System.arraycopy(part.data(), row * part.width(), result.data(), to, part.width());
            }
            column += part.width();
        }
        return result;
    }

    @Override
    public Matrix scale(Matrix x, float factor) {
        Matrix result = Matrix.zeros(x.rows(), x.width());
        for (int i = 0; i < result.data().length; i++) {
            result.data()[i] = x.data()[i] * factor;
        }
        return result;
    }

    @Override
    public Matrix shift(Matrix x, int offset) {
        Matrix result = Matrix.zeros(x.rows(), x.width());
        for (int sequence = 0; sequence < batch.sequences(); sequence++) {
            int first = batch.offsets()[sequence];
            int end = batch.offsets()[sequence + 1];
            for (int row = Math.max(first, first - offset); row < Math.min(end, end - offset); row++) {
                System.arraycopy(x.data(), (row + offset) * x.width(), result.data(), row * x.width(), x.width());
            }
        }
        return result;
    }

    @Override
    public Matrix pool(Matrix x, Pooling pooling) {
        Matrix result = Matrix.zeros(batch.sequences(), x.width());
        forEachRow(batch.sequences(), sequence -> pool(x, pooling, sequence, result));
        return result;
    }

    private void pool(Matrix x, Pooling pooling, int sequence, Matrix result) {
        int first = batch.offsets()[sequence];
        int end = batch.offsets()[sequence + 1];
        int pooled = first + batch.unpooled()[sequence];
        int width = x.width();
        int target = sequence * width;
        switch (pooling) {
            case FIRST -> System.arraycopy(x.data(), first * width, result.data(), target, width);
            case FIRST_POOLED -> System.arraycopy(x.data(), pooled * width, result.data(), target, width);
            case LAST -> System.arraycopy(x.data(), (end - 1) * width, result.data(), target, width);
            case MAX -> {
                System.arraycopy(x.data(), pooled * width, result.data(), target, width);
                for (int row = pooled + 1; row < end; row++) {
                    for (int j = 0; j < width; j++) {
                        result.data()[target + j] = Math.max(result.data()[target + j], x.data()[row * width + j]);
                    }
                }
            }
            case MEAN, MEAN_SQRT, WEIGHTED_MEAN, MEAN_OF_FIRST_TEXT, MEAN_OF_SECOND_TEXT -> {
                float[] weights = batch.poolingWeights(pooling, sequence);
                for (int row = pooled; row < end; row++) {
                    float weight = weights[row - first];
                    for (int j = 0; j < width; j++) {
                        result.data()[target + j] += weight * x.data()[row * width + j];
                    }
                }
            }
        }
    }

    @Override
    public Matrix normalize(Matrix x) {
        Matrix result = Matrix.zeros(x.rows(), x.width());
        forEachRow(x.rows(), row -> {
            int offset = row * x.width();
            double squares = 0;
            for (int j = offset; j < offset + x.width(); j++) {
                squares += (double) x.data()[j] * x.data()[j];
            }
            float length = Math.max(SMALLEST_LENGTH, (float) Math.sqrt(squares));
            for (int j = offset; j < offset + x.width(); j++) {
                result.data()[j] = x.data()[j] / length;
            }
        });
        return result;
    }
}
