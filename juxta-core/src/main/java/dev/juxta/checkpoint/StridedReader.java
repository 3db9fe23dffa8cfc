package dev.juxta.checkpoint;

import dev.juxta.checkpoint.CheckpointFiles.WeightsFile;
import dev.juxta.checkpoint.TorchObject.Tensor;
import dev.juxta.checkpoint.ZipRecords.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads tensors that are a storage seen through strides: row by row as they stand in the file where that is how they
 * lie, else copied into that order.
 */
final class StridedReader {

    private final WeightsFile file;
    private final ByteOrder order;
    private final String described;
    private long copied;

    StridedReader(WeightsFile file, ByteOrder order, String described) {
        this.file = file;
        this.order = order;
        this.described = described;
    }

    /**
     * Reads one tensor.
     *
     * @param place where the bytes of its storage lie
     */
    Weight read(String name, NumberFormat format, Tensor tensor, Place place) throws IOException {
        int[] shape = new int[tensor.size().size()];
        try {
            long count = 1;
            long last = tensor.offset();
            for (int i = 0; i < shape.length; i++) {
                shape[i] = Math.toIntExact(tensor.size().get(i));
                if (shape[i] < 0 || tensor.stride().get(i) < 0) {
                    throw damaged(name, "has the size " + tensor.size() + " and the stride " + tensor.stride());
                }
                count = Math.multiplyExact(count, tensor.size().get(i));
                long steps = Math.multiplyExact(
                        Math.max(0L, shape[i] - 1L), tensor.stride().get(i));
                last = Math.addExact(last, steps);
            }
            long available = place.length() / format.bytes();
            if (count > 0 && last >= available) {
                throw damaged(name, "reaches to number " + last + " of a storage of " + available);
            }
            if (count == 0) {
                return new Weight(name, format, shape, ByteBuffer.allocate(0));
            }
            long start = place.offset() + tensor.offset() * format.bytes();
            int length = Math.toIntExact(Math.multiplyExact(count, (long) format.bytes()));
            if (isRowByRow(shape, tensor.stride()) && order == ByteOrder.LITTLE_ENDIAN) {
                return new Weight(name, format, shape, file.slice(start, length));
            }
            long span = Math.multiplyExact(last - tensor.offset() + 1, (long) format.bytes());
            requireSpace(name, length);
            ByteBuffer numbers = file.slice(start, Math.toIntExact(span)).order(order);
            return new Weight(name, format, shape, copy(numbers, format.bytes(), tensor, length));
        } catch (ArithmeticException e) {
            throw new CheckpointException(
                    described + ": \"" + name + "\" is larger than the 2 GiB that one weight may have", e);
        }
    }

    /** Through strides of 0 a small file could ask for any amount of memory; a real one needs at most its own size. */
    private void requireSpace(String name, int length) throws CheckpointException {
        copied += length;
        if (copied > file.size()) {
            throw damaged(name, "repeats numbers, so that the file needs more memory than it is long");
        }
    }

    private static boolean isRowByRow(int[] shape, List<Long> stride) {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && stride.get(i) != expected) {
                return false;
            }
            expected *= shape[i];
        }
        return true;
    }

    /** The tensor's numbers, row by row, little endian. */
    private static ByteBuffer copy(ByteBuffer from, int bytes, Tensor tensor, int length) {
        ByteBuffer to = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int dimensions = tensor.size().size();
        long[] index = new long[dimensions];
        long at = 0;
        while (to.hasRemaining()) {
            int place = (int) at * bytes;
            switch (bytes) {
                case Short.BYTES -> to.putShort(from.getShort(place));
                case Integer.BYTES -> to.putInt(from.getInt(place));
                default -> to.putLong(from.getLong(place));
            }
            for (int i = dimensions - 1; i >= 0; i--) {
                at += tensor.stride().get(i);
                index[i]++;
                if (index[i] < tensor.size().get(i)) {
                    break;
                }
                at -= index[i] * tensor.stride().get(i);
                index[i] = 0;
            }
        }
        return to.flip();
    }

    private CheckpointException damaged(String name, String how) {
        return new CheckpointException(described + ": \"" + name + "\" " + how
                + "; the file is damaged, or save it anew " + "with save_pretrained()");
    }
}
