package dev.juxta.checkpoint;

import dev.juxta.checkpoint.CheckpointFiles.WeightsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where the entries of a zip archive lie in its file, for archives that store without compression, so that an entry can
 * be memory-mapped. Written after PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16; the numbers below are its offsets.
 *
 * @param places where each stored entry's content lies
 * @param compressed names of the other entries
 */
record ZipRecords(Map<String, Place> places, Set<String> compressed) {

    static final int LOCAL_SIGNATURE = 0x04034b50;

    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_64_SIGNATURE = 0x06064b50;
    private static final int LOCATOR_64_SIGNATURE = 0x07064b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int LARGEST_DIRECTORY = 64 << 20;
    private static final long IN_EXTRA_FIELD = 0xffff_ffffL;
    private static final int EXTRA_64 = 1;

    /** A run of bytes in the archive's file. */
    record Place(long offset, long length) {}

    private record Archive(WeightsFile file, String described) {

        ByteBuffer slice(long offset, long length) throws IOException {
            if (offset < 0 || length < 0 || length > LARGEST_DIRECTORY || offset > file.size() - length) {
                throw damaged("a part of it lies at byte " + offset + ", beyond the file's " + file.size());
            }
            return file.slice(offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
        }

        CheckpointException damaged(String how) {
            return new CheckpointException(described + " is no whole zip archive (" + how
                    + "); it is half-written or damaged, so copy or download it again");
        }
    }

    static ZipRecords read(WeightsFile file, String described) throws IOException {
        Archive archive = new Archive(file, described);
        Place directory = directory(archive);
        ByteBuffer central = archive.slice(directory.offset, directory.length);
        Map<String, Place> places = new LinkedHashMap<>();
        Set<String> compressed = new HashSet<>();
        while (central.remaining() >= CENTRAL_BYTES) {
            int start = central.position();
            if (central.getInt(start) != CENTRAL_SIGNATURE) {
                throw archive.damaged("its directory breaks off after " + places.size() + " entries");
            }
            int nameLength = unsigned(central, start + 28);
            int extraLength = unsigned(central, start + 30);
            int length = CENTRAL_BYTES + nameLength + extraLength + unsigned(central, start + 32);
            if (length > central.remaining()) {
                throw archive.damaged("its directory breaks off after " + places.size() + " entries");
            }
            byte[] bytes = new byte[nameLength];
            central.get(start + CENTRAL_BYTES, bytes);
            String name = new String(bytes, StandardCharsets.UTF_8);
            ByteBuffer entry = central.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
            if (unsigned(entry, 10) == 0) {
                places.put(name, place(archive, entry));
            } else {
                compressed.add(name);
            }
            central.position(start + length);
        }
        return new ZipRecords(places, compressed);
    }

    private static int unsigned(ByteBuffer buffer, int at) {
        return Short.toUnsignedInt(buffer.getShort(at));
    }

    private static Place directory(Archive archive) throws IOException {
        long size = archive.file.size();
        long tailLength = Math.min(size, END_BYTES + LONGEST_COMMENT);
        ByteBuffer tail = archive.slice(size - tailLength, tailLength);
        for (int at = (int) tailLength - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE) {
                long length = Integer.toUnsignedLong(tail.getInt(at + 12));
                long offset = Integer.toUnsignedLong(tail.getInt(at + 16));
                boolean wide =
                        length == IN_EXTRA_FIELD || offset == IN_EXTRA_FIELD || unsigned(tail, at + 10) == 0xffff;
                return wide ? directory64(archive, size - tailLength + at) : new Place(offset, length);
            }
        }
        throw archive.damaged("its end is missing");
    }

    private static Place directory64(Archive archive, long end) throws IOException {
        ByteBuffer locator = archive.slice(end - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
        if (locator.getInt(0) != LOCATOR_64_SIGNATURE) {
            throw archive.damaged("the place of its directory is missing");
        }
        ByteBuffer end64 = archive.slice(locator.getLong(8), END_64_BYTES);
        if (end64.getInt(0) != END_64_SIGNATURE) {
            throw archive.damaged("the place of its directory is missing");
        }
        return new Place(end64.getLong(48), end64.getLong(40));
    }

    private static Place place(Archive archive, ByteBuffer entry) throws IOException {
        long length = Integer.toUnsignedLong(entry.getInt(24));
        long stored = Integer.toUnsignedLong(entry.getInt(20));
        long offset = Integer.toUnsignedLong(entry.getInt(42));
        if (length == IN_EXTRA_FIELD || stored == IN_EXTRA_FIELD || offset == IN_EXTRA_FIELD) {
            ByteBuffer wide = extra64(archive, entry);
            length = length == IN_EXTRA_FIELD ? next(archive, wide) : length;
            stored = stored == IN_EXTRA_FIELD ? next(archive, wide) : stored;
            offset = offset == IN_EXTRA_FIELD ? next(archive, wide) : offset;
        }
        ByteBuffer local = archive.slice(offset, LOCAL_BYTES);
        long start = offset + LOCAL_BYTES + unsigned(local, 26) + unsigned(local, 28);
        boolean whole = local.getInt(0) == LOCAL_SIGNATURE
                && length == stored
                && length >= 0
                && length <= archive.file.size() - start;
        if (!whole) {
            throw archive.damaged("an entry of " + length + " bytes is not at byte " + offset);
        }
        return new Place(start, length);
    }

    private static ByteBuffer extra64(Archive archive, ByteBuffer entry) throws IOException {
        int at = CENTRAL_BYTES + unsigned(entry, 28);
        int end = at + unsigned(entry, 30);
        while (at + 4 <= end) {
            int length = unsigned(entry, at + 2);
            if (unsigned(entry, at) == EXTRA_64 && at + 4 + length <= end) {
                return entry.slice(at + 4, length).order(ByteOrder.LITTLE_ENDIAN);
            }
            at += 4 + length;
        }
        throw archive.damaged("the size of an entry is missing");
    }

    private static long next(Archive archive, ByteBuffer wide) throws IOException {
        if (wide.remaining() < Long.BYTES) {
            throw archive.damaged("the size of an entry is missing");
        }
        return wide.getLong();
    }
}
