package dev.juxta.search;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the vectors of tokens in an eighth of their space, as ColBERTv2 does (Santhanam et al. 2022, arXiv:2112.01488): for
 * each vector v the nearest of k centroids C, found by spherical k-means over a sample, and of the residual r = v − C four
 * bits a dimension, which name a sixteenth of the residuals of the sample; decoding takes that sixteenth's mean.
 */
final class TokenCodebook {

    /** The most vectors that a codebook is made of. */
    static final int MOST_SAMPLES = 1 << 15;

    private static final int MOST_CENTROIDS = 1024;
    private static final int SAMPLES_PER_CENTROID = 8;
    private static final int ROUNDS = 6;

    /** b: bits of a residual's dimension. */
    private static final int BITS = 4;

    private static final int LEVELS = 1 << BITS;
    private static final int CODES_PER_BYTE = Byte.SIZE / BITS;

    private final int number;
    private final int samples;
    private final float[][] centroids; // [k, dimensions], of unit length
    private final float[][] columns; // [dimensions, k]
    private final float[] cutoffs; // [LEVELS - 1]
    private final float[] levels; // [LEVELS]

    private TokenCodebook(int number, int samples, float[][] centroids, float[] cutoffs, float[] levels) {
        this.number = number;
        this.samples = samples;
        this.centroids = centroids;
        this.columns = transposed(centroids);
        this.cutoffs = cutoffs;
        this.levels = levels;
    }

    /**
     * Makes a codebook.
     *
     * @param number tells it from the others of its index, from 0
     * @param sample vectors of unit length, at least one
     */
    static TokenCodebook train(int number, List<float[]> sample) {
        int k = Math.max(1, Math.min(MOST_CENTROIDS, sample.size() / SAMPLES_PER_CENTROID));
        float[][] centroids = new float[k][];
        Arrays.setAll(
                centroids, c -> sample.get((int) ((long) c * sample.size() / k)).clone());
        for (int round = 0; round < ROUNDS; round++) {
            recentre(centroids, sample);
        }
        float[][] columns = transposed(centroids);
        int dimensions = centroids[0].length;
        float[] residuals = new float[sample.size() * dimensions];
        int next = 0;
        for (float[] vector : sample) {
            float[] centroid = centroids[nearest(vector, columns)];
            for (int j = 0; j < dimensions; j++) {
                residuals[next++] = vector[j] - centroid[j];
            }
        }
        Arrays.sort(residuals);
        float[] cutoffs = new float[LEVELS - 1];
        float[] levels = new float[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            int from = (int) ((long) level * residuals.length / LEVELS);
            int to = (int) ((level + 1L) * residuals.length / LEVELS);
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += residuals[i];
            }
            levels[level] = (float) (sum / Math.max(1, to - from));
            if (level > 0) {
                cutoffs[level - 1] = residuals[from];
            }
        }
        return new TokenCodebook(number, sample.size(), centroids, cutoffs, levels);
    }

    /** One round of k-means: every centroid moves to the mean of the vectors that are nearest to it. */
    private static void recentre(float[][] centroids, List<float[]> sample) {
        float[][] columns = transposed(centroids);
        float[][] sums = new float[centroids.length][centroids[0].length];
        int[] counts = new int[centroids.length];
        for (float[] vector : sample) {
            int nearest = nearest(vector, columns);
            counts[nearest]++;
            for (int j = 0; j < vector.length; j++) {
                sums[nearest][j] += vector[j];
            }
        }
        for (int c = 0; c < centroids.length; c++) {
            if (counts[c] > 0 && normalize(sums[c])) {
                centroids[c] = sums[c];
            }
        }
    }

    private static boolean normalize(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int j = 0; j < vector.length && squares > 0; j++) {
            vector[j] *= scale;
        }
        return squares > 0;
    }

    /** A matrix by its columns. */
    static float[][] transposed(float[][] rows) {
        float[][] columns = new float[rows[0].length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                columns[j][i] = rows[i][j];
            }
        }
        return columns;
    }

    /** The dot products of a vector with all rows of a matrix, which is given by its columns. */
    static float[] products(float[] vector, float[][] columns) {
        float[] products = new float[columns[0].length];
        for (int j = 0; j < vector.length; j++) {
            float x = vector[j];
            float[] column = columns[j];
            for (int c = 0; c < products.length; c++) {
                products[c] += x * column[c];
            }
        }
        return products;
    }

    private static int nearest(float[] vector, float[][] columns) {
        float[] products = products(vector, columns);
        int nearest = 0;
        for (int c = 1; c < products.length; c++) {
            if (products[c] > products[nearest]) {
                nearest = c;
            }
        }
        return nearest;
    }

    int number() {
        return number;
    }

    /** How many vectors it was made of. */
    int samples() {
        return samples;
    }

    /** k: how many centroids there are. */
    int size() {
        return centroids.length;
    }

    /** The similarity of a vector to every centroid, [k]. */
    float[] similarities(float[] vector) {
        return products(vector, columns);
    }

    /**
     * The vectors of a passage and the centroids they are near.
     *
     * @param code the codebook's number, the centroid of each vector, the codes of each residual
     * @param centroids each once, ascending
     */
    record Encoded(byte[] code, int[] centroids) {}

    private int residualBytes() {
        return (columns.length + CODES_PER_BYTE - 1) / CODES_PER_BYTE;
    }

    Encoded encode(float[][] vectors) {
        ByteBuffer code = ByteBuffer.allocate(1 + vectors.length * (Short.BYTES + residualBytes()));
        code.put((byte) number);
        int[] near = new int[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            near[i] = nearest(vectors[i], columns);
            code.putShort((short) near[i]);
        }
        for (int i = 0; i < vectors.length; i++) {
            putResidual(vectors[i], centroids[near[i]], code);
        }
        return new Encoded(code.array(), Arrays.stream(near).sorted().distinct().toArray());
    }

    private void putResidual(float[] vector, float[] centroid, ByteBuffer code) {
        int packed = 0;
        for (int j = 0; j < vector.length; j++) {
            float residual = vector[j] - centroid[j];
            int level = 0;
            while (level < cutoffs.length && residual >= cutoffs[level]) {
                level++;
            }
            packed |= level << (BITS * (j % CODES_PER_BYTE));
            if (j % CODES_PER_BYTE == CODES_PER_BYTE - 1 || j == vector.length - 1) {
                code.put((byte) packed);
                packed = 0;
            }
        }
    }

    /** The number of the codebook that a code was made with. */
    static int numberOf(byte[] code, int offset) {
        return code[offset];
    }

    /** How many vectors a code holds. */
    int count(int length) {
        return (length - 1) / (Short.BYTES + residualBytes());
    }

    /** Decodes one vector of a code, to unit length. */
    void decode(byte[] code, int offset, int count, int index, float[] vector) {
        int at = offset + 1 + Short.BYTES * index;
        float[] centroid = centroids[((code[at] & 0xFF) << Byte.SIZE) | (code[at + 1] & 0xFF)];
        int residual = offset + 1 + Short.BYTES * count + residualBytes() * index;
        for (int j = 0; j < vector.length; j++) {
            int level = (code[residual + j / CODES_PER_BYTE] >> (BITS * (j % CODES_PER_BYTE))) & (LEVELS - 1);
            vector[j] = centroid[j] + levels[level];
        }
        normalize(vector);
    }

    /** Its bytes, for {@link #read}. */
    byte[] write() {
        int dimensions = columns.length;
        ByteBuffer bytes = ByteBuffer.allocate(
                4 * Integer.BYTES + Float.BYTES * (size() * dimensions + cutoffs.length + levels.length));
        bytes.putInt(number).putInt(samples).putInt(size()).putInt(dimensions);
        List<float[]> rows = new ArrayList<>(List.of(centroids));
        rows.add(cutoffs);
        rows.add(levels);
        for (float[] row : rows) {
            for (float x : row) {
                bytes.putFloat(x);
            }
        }
        return bytes.array();
    }

    static TokenCodebook read(byte[] written, int offset, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(written, offset, length);
        int number = bytes.getInt();
        int samples = bytes.getInt();
        float[][] centroids = new float[bytes.getInt()][];
        int dimensions = bytes.getInt();
        Arrays.setAll(centroids, c -> floats(bytes, dimensions));
        return new TokenCodebook(number, samples, centroids, floats(bytes, LEVELS - 1), floats(bytes, LEVELS));
    }

    private static float[] floats(ByteBuffer bytes, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = bytes.getFloat();
        }
        return floats;
    }
}
