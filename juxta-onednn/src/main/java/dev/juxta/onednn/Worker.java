package dev.juxta.onednn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.stream;

/** What one thread computes with: its kernels' arguments and its scratch memory. Only that thread touches it. */
final class Worker implements AutoCloseable {

    /** Kernels whose arguments are kept; more than the shapes that a service sees every day. */
    private static final int MOST_INVOCATIONS = 1024;

    private final Kernels kernels;
    private final Profile profile = Profile.OF_PROCESS;
    private final stream queue = new stream(Natives.engine());
    private final dnnl_stream streamHandle = queue.get();
    private final Map<KernelSpec, Invocation> invocations = new LinkedHashMap<>(64, 0.75f, true);
    private final Region tile;
    private final long tileRows;
    private final GrowingRegion scratchpad = new GrowingRegion();
    private final GrowingRegion scores = new GrowingRegion();
    private final GrowingRegion probabilities = new GrowingRegion();
    private final GrowingRegion positionScores = new GrowingRegion();
    private final GrowingRegion segmentOperands = new GrowingRegion();
    private final GrowingRegion borderRows = new GrowingRegion();
    private final GrowingRegion keyMask = new GrowingRegion();

    Worker(Kernels kernels, long tileRowBytes) {
        this.kernels = kernels;
        this.tileRows = Rows.TILE;
        this.tile = Region.allocate(tileRowBytes * tileRows);
    }

    /** Where a tile's place lies. */
    long tileAddress(Place place) {
        return tile.address() + place.offset() * tileRows;
    }

    /** Memory for attention scores, of at least this size. */
    long scores(long bytes) {
        return scores.address(bytes);
    }

    /** Memory for attention probabilities, of at least this size. */
    long probabilities(long bytes) {
        return probabilities.address(bytes);
    }

    /** Memory for the products of queries or keys with positions, of at least this size. */
    long positionScores(long bytes) {
        return positionScores.address(bytes);
    }

    /** Memory for what {@link ScoreAdjustment.AcrossTexts} multiplies, of at least this size. */
    long segmentOperands(long bytes) {
        return segmentOperands.address(bytes);
    }

    /** Memory for rows that may not be written where they belong. */
    long borderRows(long bytes) {
        return borderRows.address(bytes);
    }

    /** Memory that {@link KeyMask} fills. */
    GrowingRegion keyMask() {
        return keyMask;
    }

    /** Runs a kernel on addresses, in the order of its specification. */
    void run(KernelSpec spec, long... addresses) {
        Invocation invocation = invocation(spec);
        for (int i = 0; i < addresses.length; i++) {
            invocation.set(i, addresses[i]);
        }
        long scratchpadBytes = invocation.kernel().scratchpadBytes();
        if (scratchpadBytes > 0) {
            invocation.set(addresses.length, scratchpad.address(scratchpadBytes));
        }
        long begin = profile.begin();
        invocation.run(streamHandle);
        profile.end(spec, begin);
    }

    Profile profile() {
        return profile;
    }

    private Invocation invocation(KernelSpec spec) {
        Invocation found = invocations.get(spec);
        if (found != null) {
            return found;
        }
        Invocation made = new Invocation(kernels.acquire(spec));
        if (invocations.size() >= MOST_INVOCATIONS) {
            var oldest = invocations.entrySet().iterator();
            oldest.next().getValue().close();
            oldest.remove();
        }
        invocations.put(spec, made);
        return made;
    }

    @Override
    public void close() {
        invocations.values().forEach(Invocation::close);
        invocations.clear();
        tile.close();
        scratchpad.close();
        scores.close();
        probabilities.close();
        positionScores.close();
        segmentOperands.close();
        borderRows.close();
        keyMask.close();
        queue.close();
    }
}
