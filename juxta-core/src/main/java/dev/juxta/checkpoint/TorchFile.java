package dev.juxta.checkpoint;

import dev.juxta.checkpoint.CheckpointFiles.WeightsFile;
import dev.juxta.checkpoint.TorchObject.Dictionary;
import dev.juxta.checkpoint.TorchObject.Sequence;
import dev.juxta.checkpoint.TorchObject.Storage;
import dev.juxta.checkpoint.TorchObject.Tensor;
import dev.juxta.checkpoint.TorchObject.Text;
import dev.juxta.checkpoint.TorchObject.Whole;
import dev.juxta.checkpoint.ZipRecords.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads what {@code torch.save(model.state_dict())} wrote: a zip archive with a pickle ({@code data.pkl}) and the numbers
 * of each storage ({@code data/0}, …), or, before PyTorch 1.6, several pickles one after the other with the numbers
 * behind. The pickle is never run, only read: see {@link Unpickler}.
 */
final class TorchFile {

    /** What a pickle of names and shapes never reaches. */
    private static final int LARGEST_PICKLE = 64 << 20;

    /** {@code LONG1 0x1950a86a20f9469cfc6c}: how the first pickle of an old file begins, after its protocol. */
    private static final byte[] OLD_MAGIC = {
        (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };

    private final WeightsFile file;
    private final String described;
    private final Map<String, Place> storages = new HashMap<>();
    private Map<String, Tensor> state = Map.of();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    private TorchFile(WeightsFile file, String described) {
        this.file = file;
        this.described = described;
    }

    /** Reads all tensors of a file. */
    static TensorFile read(CheckpointFiles files, String name) throws IOException {
        try (WeightsFile file = files.openWeights(name)) {
            TorchFile torch = new TorchFile(file, files.describe(name));
            byte[] start = new byte[(int) Math.min(file.size(), 2 + OLD_MAGIC.length)];
            file.slice(0, start.length).get(start);
            if (start.length >= Integer.BYTES
                    && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt() == ZipRecords.LOCAL_SIGNATURE) {
                torch.readZip();
            } else if (isOld(start)) {
                torch.readOld();
            } else {
                throw new CheckpointException(
                        torch.described
                                + " is no file that torch.save wrote; it may be half-written or a Git LFS pointer, so download it again");
            }
            return torch.tensors();
        }
    }

    private static boolean isOld(byte[] start) {
        return start.length == 2 + OLD_MAGIC.length
                && ByteBuffer.wrap(start, 2, OLD_MAGIC.length).equals(ByteBuffer.wrap(OLD_MAGIC));
    }

    private void readZip() throws IOException {
        ZipRecords archive = ZipRecords.read(file, described);
        Map<String, Place> records = archive.places();
        requireCheckpoint(archive);
        String pickle = records.keySet().stream()
                .filter(name -> name.endsWith("/data.pkl") && name.indexOf('/') == name.lastIndexOf('/'))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(
                        described + " is a zip archive without data.pkl; torch.save writes one"));
        String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
        String data = folder + "data/";
        records.forEach((name, place) -> {
            if (name.startsWith(data)) {
                storages.put(name.substring(data.length()), place);
            }
        });
        Place byteOrder = records.get(folder + "byteorder");
        if (byteOrder != null && byteOrder.length() == "big".length()) {
            order = ByteOrder.BIG_ENDIAN;
        }
        Place place = records.get(pickle);
        if (place == null || place.length() > LARGEST_PICKLE) {
            throw new CheckpointException(described + " has a pickle of more than " + LARGEST_PICKLE
                    + " bytes; save the checkpoint as safetensors");
        }
        state = stateDict(Unpickler.read(described, file.slice(place.offset(), (int) place.length())));
    }

    private void requireCheckpoint(ZipRecords archive) throws CheckpointException {
        boolean script = Stream.concat(archive.compressed().stream(), archive.places().keySet().stream())
                .anyMatch(name -> name.endsWith("/constants.pkl"));
        if (script) {
            throw new CheckpointException(
                    described + " is a TorchScript program, not a checkpoint; save its model with save_pretrained()");
        }
        if (!archive.compressed().isEmpty()) {
            throw new CheckpointException(described
                    + " is a compressed zip archive, and PyTorch stores without compression; save it with torch.save");
        }
    }

    /** The pickles: a magic number, a version, facts about the machine, the tensors, the keys of the storages. */
    private void readOld() throws IOException {
        ByteBuffer pickles = file.slice(0, (int) Math.min(file.size(), LARGEST_PICKLE));
        Unpickler.read(described, pickles);
        Unpickler.read(described, pickles);
        if (Unpickler.read(described, pickles) instanceof Dictionary machine
                && machine.entries.get("little_endian") instanceof Whole little
                && little.value() == 0) {
            order = ByteOrder.BIG_ENDIAN;
        }
        state = stateDict(Unpickler.read(described, pickles));
        TorchObject keys = Unpickler.read(described, pickles);
        if (!(keys instanceof Sequence list)) {
            throw damaged("the list of its storages is missing");
        }
        placeStorages(list.items, pickles.position());
    }

    /** Behind the pickles lies, for each key, the count of its numbers (8 bytes), then these. */
    private void placeStorages(List<TorchObject> keys, long start) throws IOException {
        Map<String, Storage> byKey = new HashMap<>();
        for (Tensor tensor : state.values()) {
            byKey.put(tensor.storage().key(), tensor.storage());
        }
        long at = start;
        for (TorchObject key : keys) {
            Storage storage = key instanceof Text text ? byKey.get(text.value()) : null;
            if (storage == null) {
                throw damaged("it has a storage that no tensor sees");
            }
            if (at > file.size() - Long.BYTES) {
                throw damaged("it ends before the storage \"" + storage.key() + "\"");
            }
            long count = file.slice(at, Long.BYTES).order(order).getLong();
            long room = (file.size() - at - Long.BYTES) / storage.type().bytes;
            if (count < 0 || count > room) {
                throw damaged("the storage \"" + storage.key() + "\" claims " + count + " numbers where " + room
                        + " have room");
            }
            long length = count * storage.type().bytes;
            storages.put(storage.key(), new Place(at + Long.BYTES, length));
            at += Long.BYTES + length;
        }
    }

    private Map<String, Tensor> stateDict(TorchObject object) throws CheckpointException {
        if (!(object instanceof Dictionary dictionary)) {
            throw new CheckpointException(
                    described + " holds no dict of tensors; save the model's state_dict(), or use save_pretrained()");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, TorchObject> entry : dictionary.entries.entrySet()) {
            if (!(entry.getValue() instanceof Tensor tensor)) {
                throw new CheckpointException(described + " holds \"" + entry.getKey()
                        + "\", which is no tensor; save the model's state_dict() alone, or use save_pretrained()");
            }
            tensors.put(entry.getKey(), tensor);
        }
        return tensors;
    }

    private TensorFile tensors() throws IOException {
        Map<String, Weight> weights = new LinkedHashMap<>();
        Set<String> others = new HashSet<>();
        StridedReader reader = new StridedReader(file, order, described);
        for (Map.Entry<String, Tensor> entry : state.entrySet()) {
            Storage storage = entry.getValue().storage();
            Optional<NumberFormat> format = storage.type().format;
            if (format.isPresent()) {
                weights.put(
                        entry.getKey(), reader.read(entry.getKey(), format.get(), entry.getValue(), place(storage)));
            } else {
                others.add(entry.getKey());
            }
        }
        return new TensorFile(weights, others);
    }

    private Place place(Storage storage) throws CheckpointException {
        Place place = storages.get(storage.key());
        if (place == null) {
            throw damaged("the storage \"" + storage.key() + "\" is missing");
        }
        long numbers = place.length() / storage.type().bytes;
        if (storage.count() != numbers || place.length() % storage.type().bytes != 0) {
            throw damaged("the storage \"" + storage.key() + "\" has " + place.length() + " bytes, and should hold "
                    + storage.count() + " numbers");
        }
        long bytes = storage.type().bytes;
        return new Place(place.offset() + storage.viewFrom() * bytes, storage.viewCount() * bytes);
    }

    private CheckpointException damaged(String how) {
        return new CheckpointException(described + " is damaged: " + how + "; copy or download it again");
    }
}
