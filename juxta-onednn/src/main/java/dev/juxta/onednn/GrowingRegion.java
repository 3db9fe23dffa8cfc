package dev.juxta.onednn;

import java.util.Optional;

/** Scratch memory that is made larger when more is asked for; what was in it is lost then. */
final class GrowingRegion implements AutoCloseable {

    private Optional<Region> region = Optional.empty();

    /** The address of at least this many bytes. */
    long address(long bytes) {
        if (region.isEmpty() || region.get().bytes() < bytes) {
            close();
            region = Optional.of(Region.allocate(bytes));
        }
        return region.get().address();
    }

    /** The number of bytes there are. */
    long bytes() {
        return region.map(Region::bytes).orElse(0L);
    }

    @Override
    public void close() {
        region.ifPresent(Region::close);
        region = Optional.empty();
    }
}
