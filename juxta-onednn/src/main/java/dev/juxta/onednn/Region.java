package dev.juxta.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** A piece of zeroed native memory, aligned to cache lines. Whoever allocates it closes it. */
final class Region implements Resource {

    private static final int ALIGNMENT = 64;

    private static final AtomicLong ALLOCATED = new AtomicLong();

    private final Pointer block;
    private final long bytes;
    private final long address;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Region(long bytes) {
        this.bytes = bytes;
        this.block = Pointer.malloc(bytes + ALIGNMENT);
        if (block == null || block.isNull()) {
            throw new OutOfMemoryError("There are no " + bytes + " bytes of native memory left");
        }
        Pointer.memset(block, 0, bytes + ALIGNMENT);
        this.address = (block.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ALLOCATED.addAndGet(bytes);
    }

    static Region allocate(long bytes) {
        return new Region(Math.max(bytes, ALIGNMENT));
    }

    static Region of(float[] values) {
        Region region = allocate((long) values.length * Float.BYTES);
        region.floats().put(values);
        return region;
    }

    static Region of(int[] values) {
        Region region = allocate((long) values.length * Integer.BYTES);
        region.buffer().asIntBuffer().put(values);
        return region;
    }

    static Region of(byte[] values) {
        Region region = allocate(values.length);
        region.buffer().put(values);
        return region;
    }

    /** Bytes of all regions that are open. */
    static long allocated() {
        return ALLOCATED.get();
    }

    long bytes() {
        return bytes;
    }

    long address() {
        return address;
    }

    /** A view of the memory from its beginning; at most 2 GiB. */
    ByteBuffer buffer() {
        return view(address, bytes);
    }

    FloatBuffer floats() {
        return buffer().asFloatBuffer();
    }

    /** A view of native memory; valid as long as the memory is. */
    static ByteBuffer view(long address, long bytes) {
        return new BytePointer(new Address(address))
                .capacity(bytes)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    static FloatBuffer floats(long address, long count) {
        return view(address, count * Float.BYTES).asFloatBuffer();
    }

    static void copy(long from, long to, long bytes) {
        Pointer.memcpy(new Address(to), new Address(from), bytes);
    }

    static void zero(long address, long bytes) {
        Pointer.memset(new Address(address), 0, bytes);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Pointer.free(block);
            ALLOCATED.addAndGet(-bytes);
        }
    }
}
