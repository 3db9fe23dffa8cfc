package dev.juxta.checkpoint;

import dev.juxta.checkpoint.CheckpointFiles.WeightsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads a safetensors file: eight bytes with the header's length, a JSON header that gives each tensor's type, shape and
 * place, then the numbers. As the format demands, the tensors must fill the file without gap or overlap; so a file that
 * was cut short is found out before a number is read.
 */
public final class SafeTensors {

    private static final int LENGTH_BYTES = 8;

    /** The format's own limit. */
    private static final long LARGEST_HEADER = 100_000_000;

    private static final Pattern WHOLE_NUMBERS = Pattern.compile("BOOL|[IU](8|16|32|64)");

    private record Entry(String name, String type, long[] shape, long begin, long end) {}

    private SafeTensors() {}

    /**
     * Reads all weights of a file; tensors of whole numbers, which are never weights, are left out.
     *
     * @param files the checkpoint
     * @param name the file in it
     */
    public static Map<String, Weight> read(CheckpointFiles files, String name) throws IOException {
        return readFile(files, name).weights();
    }

    static TensorFile readFile(CheckpointFiles files, String name) throws IOException {
        try (WeightsFile file = files.openWeights(name)) {
            String described = files.describe(name);
            long headerLength = headerLength(file, described);
            byte[] header = new byte[(int) headerLength];
            file.slice(LENGTH_BYTES, header.length).get(header);
            List<Entry> entries = entries(JsonFile.parse(described, header), described);
            long dataStart = LENGTH_BYTES + headerLength;
            requireContiguous(entries, file.size() - dataStart, described);
            Map<String, Weight> weights = new LinkedHashMap<>();
            Set<String> others = new HashSet<>();
            for (Entry entry : entries) {
                Optional<NumberFormat> format = NumberFormat.ofSafetensors(entry.type);
                if (format.isPresent()) {
                    weights.put(entry.name, weight(file, dataStart, entry, format.get(), described));
                } else if (!WHOLE_NUMBERS.matcher(entry.type).matches()) {
                    throw new CheckpointException(described + " stores \"" + entry.name + "\" as \"" + entry.type
                            + "\"; weights are read in F64, F32, F16 and BF16, so save it in one of these");
                } else {
                    others.add(entry.name);
                }
            }
            return new TensorFile(weights, others);
        }
    }

    private static long headerLength(WeightsFile file, String described) throws IOException {
        if (file.size() < LENGTH_BYTES) {
            throw new CheckpointException(described + " has " + file.size()
                    + " bytes and is no safetensors file; it may be half-written, so copy or download it again");
        }
        ByteBuffer length = file.slice(0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength = length.getLong();
        if (headerLength < 2 || headerLength > LARGEST_HEADER || headerLength > file.size() - LENGTH_BYTES) {
            throw new CheckpointException(described + " claims a header of " + Long.toUnsignedString(headerLength)
                    + " bytes in a file of " + file.size()
                    + "; it is damaged or no safetensors file, so copy or download it again");
        }
        return headerLength;
    }

    private static List<Entry> entries(JsonFile header, String described) throws CheckpointException {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : header.root().properties()) {
            if (!property.getKey().equals("__metadata__")) {
                entries.add(entry(property.getKey(), property.getValue(), described));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        return entries;
    }

    private static Entry entry(String name, JsonNode node, String described) throws CheckpointException {
        JsonNode type = node.path("dtype");
        JsonNode shape = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        boolean wellFormed = type.isString() && isWholeNumbers(shape) && isWholeNumbers(offsets) && offsets.size() == 2;
        if (!wellFormed) {
            throw new CheckpointException(described + ": the header's entry for \"" + name
                    + "\" is not {dtype, shape, data_offsets}; the file is damaged");
        }
        long[] sizes = shape.valueStream().mapToLong(JsonNode::longValue).toArray();
        return new Entry(
                name,
                type.stringValue(),
                sizes,
                offsets.get(0).longValue(),
                offsets.get(1).longValue());
    }

    private static boolean isWholeNumbers(JsonNode list) {
        return list.isArray()
                && list.valueStream().allMatch(n -> n.isIntegralNumber() && n.canConvertToLong() && n.longValue() >= 0);
    }

    private static void requireContiguous(List<Entry> entries, long dataSize, String described)
            throws CheckpointException {
        long expected = 0;
        for (Entry entry : entries) {
            if (entry.begin != expected || entry.end < entry.begin) {
                throw new CheckpointException(described + ": \"" + entry.name + "\" lies at bytes " + entry.begin
                        + " to " + entry.end + ", where byte " + expected + " was due; the file is damaged");
            }
            expected = entry.end;
        }
        if (expected != dataSize) {
            throw new CheckpointException(
                    described + " holds " + dataSize + " bytes of weights where its header describes " + expected
                            + "; it is half-written or damaged, so copy or download it again");
        }
    }

    private static Weight weight(WeightsFile file, long dataStart, Entry entry, NumberFormat format, String described)
            throws IOException {
        long length = entry.end - entry.begin;
        int[] shape = new int[entry.shape.length];
        try {
            long count = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = Math.toIntExact(entry.shape[i]);
                count = Math.multiplyExact(count, entry.shape[i]);
            }
            if (Math.multiplyExact(count, (long) format.bytes()) != length) {
                throw new CheckpointException(described + ": \"" + entry.name + "\" has " + length
                        + " bytes where its shape needs " + count * format.bytes() + "; the file is damaged");
            }
            return new Weight(entry.name, format, shape, file.slice(dataStart + entry.begin, Math.toIntExact(length)));
        } catch (ArithmeticException e) {
            throw new CheckpointException(
                    described + ": \"" + entry.name + "\" is larger than the 2 GiB that one weight may have", e);
        }
    }
}
