package dev.juxta.engine;

import dev.juxta.checkpoint.Weight;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Stretch;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Ops;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.TokenIndex;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Every operation by its formula in double precision, with no thought of speed: [rows][width]. */
public final class FormulaOps implements Ops<double[][]> {

    private final PackedBatch batch;

    /** On one batch. */
    public FormulaOps(PackedBatch batch) {
        this.batch = batch;
    }

    @Override
    public double[][] embedding(Weight table, TokenIndex index) {
        int[] rows = index == TokenIndex.ID
                ? batch.ids()
                : index == TokenIndex.SEGMENT ? batch.segments() : batch.positions();
        double[][] all = constant(table);
        double[][] result = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            result[i] = all[rows[i]].clone();
        }
        return result;
    }

    @Override
    public double[][] constant(Weight weight) {
        float[] values = weight.toFloats();
        double[][] result = new double[weight.size(0)][weight.size(1)];
        for (int i = 0; i < values.length; i++) {
            result[i / weight.size(1)][i % weight.size(1)] = values[i];
        }
        return result;
    }

    @Override
    public double[][] linear(double[][] x, Linear layer) {
        double[][] weight = constant(layer.weight());
        double[][] result = new double[x.length][layer.out()];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < layer.out(); j++) {
                double sum = layer.bias().isPresent() ? layer.bias().get().toFloats()[j] : 0;
                for (int k = 0; k < layer.in(); k++) {
                    sum += x[i][k] * weight[j][k];
                }
                result[i][j] = sum;
            }
        }
        return result;
    }

    @Override
    public double[][] activation(double[][] x, ActivationFunction function) {
        DoubleUnaryOperator f = switch (function) {
            case GELU -> v -> v / 2 * (1 + erf(v / Math.sqrt(2)));
            case GELU_TANH -> v -> v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * Math.pow(v, 3))));
            case RELU -> v -> Math.max(0, v);
            case TANH -> Math::tanh;
            case SILU -> v -> v / (1 + Math.exp(-v));
            case SIGMOID -> v -> 1 / (1 + Math.exp(-v));
        };
        double[][] result = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[0].length; j++) {
                result[i][j] = f.applyAsDouble(x[i][j]);
            }
        }
        return result;
    }

    private static double erf(double x) {
        double sum = x;
        double term = x;
        for (int n = 1; n < 300; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return Math.abs(x) > 5 ? Math.signum(x) : 2 / Math.sqrt(Math.PI) * sum;
    }

    @Override
    public double[][] norm(double[][] x, Norm norm) {
        double[][] result = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int from = 0; from < x[0].length; from += norm.width()) {
                norm(x[i], from, norm, result[i]);
            }
        }
        return result;
    }

    private static void norm(double[] x, int from, Norm norm, double[] result) {
        int width = norm.width();
        double mean = 0;
        double squares = 0;
        for (int j = from; j < from + width; j++) {
            mean += norm.kind() == Norm.Kind.LAYER ? x[j] / width : 0;
        }
        for (int j = from; j < from + width; j++) {
            squares += (x[j] - mean) * (x[j] - mean) / width;
        }
        for (int j = 0; j < width; j++) {
            result[from + j] = (x[from + j] - mean)
                    / Math.sqrt(squares + norm.epsilon())
                    * norm.scale().toFloats()[j];
            result[from + j] += norm.shift().isPresent() ? norm.shift().get().toFloats()[j] : 0;
        }
    }

    @Override
    public double[][] attention(Attention<double[][]> attention) {
        int headWidth = attention.query()[0].length / attention.heads();
        double[][] result = new double[attention.query().length][attention.heads() * headWidth];
        for (int sequence = 0; sequence < batch.sequences(); sequence++) {
            int length = batch.length(sequence);
            int[] positions = switch (attention.queries()) {
                case ALL -> IntStream.range(0, length).toArray();
                case FIRST -> new int[] {0};
                case LAST -> new int[] {length - 1};
            };
            for (int position : positions) {
                int row =
                        attention.queries() == Attention.Queries.ALL ? batch.offsets()[sequence] + position : sequence;
                for (int head = 0; head < attention.heads(); head++) {
                    attend(attention, sequence, position, head, headWidth, result[row], row);
                }
            }
        }
        return result;
    }

    private void attend(
            Attention<double[][]> attention, int sequence, int i, int head, int headWidth, double[] to, int row) {
        int first = batch.offsets()[sequence];
        int length = batch.length(sequence);
        int keyHead = head * attention.keyValueHeads() / attention.heads();
        double[] query = rotated(attention, attention.query()[row], head, headWidth, i);
        double[] weights = new double[length];
        double sum = 0;
        for (int j = 0; j < length; j++) {
            boolean seen = j < batch.attended()[sequence]
                    && Math.abs((long) i - j) <= attention.mask().window()
                    && (!attention.mask().causal() || j <= i);
            double[] key = rotated(attention, attention.key()[first + j], keyHead, headWidth, j);
            weights[j] = seen ? Math.exp(score(attention, query, key, first, i, j, head, headWidth)) : 0;
            sum += weights[j];
        }
        for (int j = 0; j < length; j++) {
            for (int d = 0; d < headWidth; d++) {
                to[head * headWidth + d] += weights[j] / sum * attention.value()[first + j][keyHead * headWidth + d];
            }
        }
    }

    private double score(
            Attention<double[][]> attention,
            double[] query,
            double[] key,
            int first,
            int i,
            int j,
            int head,
            int headWidth) {
        double score = dot(query, key);
        if (attention.relative().isEmpty()) {
            return score * attention.scale();
        }
        RelativeBias<double[][]> bias = attention.relative().get();
        if (bias instanceof RelativeBias.Learned<double[][]> learned) {
            return score * attention.scale() + learned.table()[learned.buckets().row(i - j)][head];
        }
        if (bias instanceof RelativeBias.AcrossTexts<double[][]> across) {
            int ofQuery = batch.segments()[first + i];
            boolean same = ofQuery == batch.segments()[first + j];
            return score * attention.scale() + (same ? 0 : across.openness()[ofQuery == 0 ? 0 : 1][head]);
        }
        RelativeBias.Disentangled<double[][]> disentangled = (RelativeBias.Disentangled<double[][]>) bias;
        int bucket = disentangled.buckets().row(i - j);
        if (disentangled.positionKey().isPresent()) {
            score += dot(query, slice(disentangled.positionKey().get()[bucket], head, headWidth));
        }
        if (disentangled.positionQuery().isPresent()) {
            score += dot(key, slice(disentangled.positionQuery().get()[bucket], head, headWidth));
        }
        return score * attention.scale();
    }

    private static double[] slice(double[] row, int head, int headWidth) {
        return Arrays.copyOfRange(row, head * headWidth, (head + 1) * headWidth);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] rotated(
            Attention<double[][]> attention, double[] row, int head, int headWidth, int position) {
        double[] x = slice(row, head, headWidth);
        if (attention.rotary().isEmpty()) {
            return x;
        }
        double magnitude =
                attention.rotary().get().stretch().map(Stretch::magnitude).orElse(1.0);
        double[] turned = new double[headWidth];
        for (int i = 0; i < headWidth / 2; i++) {
            double angle = position / Math.pow(attention.rotary().get().theta(), 2.0 * i / headWidth);
            if (attention.rotary().get().stretch().isPresent()) {
                angle *= attention.rotary().get().stretch().get().factors().get(i);
            }
            double cos = Math.cos(angle) * magnitude;
            double sin = Math.sin(angle) * magnitude;
            turned[i] = x[i] * cos - x[i + headWidth / 2] * sin;
            turned[i + headWidth / 2] = x[i + headWidth / 2] * cos + x[i] * sin;
        }
        return turned;
    }

    @Override
    public double[][] add(double[][] a, double[][] b) {
        double[][] result = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                result[i][j] = a[i][j] + b[i][j];
            }
        }
        return result;
    }

    @Override
    public double[][] multiply(double[][] a, double[][] b) {
        double[][] result = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                result[i][j] = a[i][j] * b[i][b[i].length == 1 ? 0 : j];
            }
        }
        return result;
    }

    @Override
    public double[][] columns(double[][] x, int from, int to) {
        double[][] result = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            result[i] = Arrays.copyOfRange(x[i], from, to);
        }
        return result;
    }

    @Override
    public double[][] concatenate(List<double[][]> parts) {
        double[][] result = new double[parts.get(0).length][];
        for (int i = 0; i < result.length; i++) {
            int row = i;
            result[i] = parts.stream()
                    .flatMapToDouble(part -> Arrays.stream(part[row]))
                    .toArray();
        }
        return result;
    }

    @Override
    public double[][] scale(double[][] x, float factor) {
        return Arrays.stream(x)
                .map(row -> Arrays.stream(row).map(value -> value * factor).toArray())
                .toArray(double[][]::new);
    }

    @Override
    public double[][] shift(double[][] x, int offset) {
        double[][] result = new double[x.length][x[0].length];
        for (int sequence = 0; sequence < batch.sequences(); sequence++) {
            for (int i = 0; i < batch.length(sequence); i++) {
                if (i + offset >= 0 && i + offset < batch.length(sequence)) {
                    result[batch.offsets()[sequence] + i] = x[batch.offsets()[sequence] + i + offset];
                }
            }
        }
        return result;
    }

    @Override
    public double[][] pool(double[][] x, Pooling pooling) {
        double[][] result = new double[batch.sequences()][x[0].length];
        for (int sequence = 0; sequence < batch.sequences(); sequence++) {
            int first = batch.offsets()[sequence];
            int end = batch.offsets()[sequence + 1];
            int pooled = first + batch.unpooled()[sequence];
            for (int j = 0; j < x[0].length; j++) {
                double sum = 0;
                double weighted = 0;
                double weights = 0;
                double max = Double.NEGATIVE_INFINITY;
                double[] sums = new double[2]; // of each text
                int[] counts = new int[2];
                for (int i = pooled; i < end; i++) {
                    int text = Math.min(1, batch.segments()[i]);
                    sums[text] += x[i][j];
                    counts[text]++;
                    sum += x[i][j];
                    weighted += x[i][j] * (i - first + 1);
                    weights += i - first + 1;
                    max = Math.max(max, x[i][j]);
                }
                result[sequence][j] = switch (pooling) {
                    case FIRST -> x[first][j];
                    case FIRST_POOLED -> x[pooled][j];
                    case LAST -> x[end - 1][j];
                    case MEAN -> sum / (end - pooled);
                    case MEAN_SQRT -> sum / Math.sqrt(end - pooled);
                    case WEIGHTED_MEAN -> weighted / weights;
                    case MAX -> max;
                    case MEAN_OF_FIRST_TEXT -> sums[0] / Math.max(1, counts[0]);
                    case MEAN_OF_SECOND_TEXT -> sums[1] / Math.max(1, counts[1]);
                };
            }
        }
        return result;
    }

    @Override
    public double[][] normalize(double[][] x) {
        double[][] result = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            double length = Math.max(1e-12, Math.sqrt(dot(x[i], x[i])));
            for (int j = 0; j < x[0].length; j++) {
                result[i][j] = x[i][j] / length;
            }
        }
        return result;
    }
}
