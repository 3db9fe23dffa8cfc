package dev.juxta.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the pickle of a file of tensors may hold. Containers are compared by identity: a damaged pickle can put one into
 * itself, and must not be walked through.
 */
sealed interface TorchObject {

    /** A text. */
    record Text(String value) implements TorchObject {}

    /** A whole number, or a truth value as 0 or 1. */
    record Whole(long value) implements TorchObject {}

    /** None, a fraction or bytes: values that no tensor is made of. */
    enum Other implements TorchObject {
        VALUE
    }

    /** A tuple, list or set. */
    final class Sequence implements TorchObject {
        final List<TorchObject> items;

        Sequence(List<TorchObject> items) {
            this.items = new ArrayList<>(items);
        }
    }

    /** A dict or OrderedDict. */
    final class Dictionary implements TorchObject {
        final Map<String, TorchObject> entries = new LinkedHashMap<>();
    }

    /** What a pickle may name, and so have called. */
    enum Callable implements TorchObject {
        ORDERED_DICT,
        SIZE,
        REBUILD_TENSOR,
        REBUILD_PARAMETER;
    }

    /** A {@code torch.dtype}, such as float32. */
    record NumberType(String name) implements TorchObject {}

    /** The type of a storage: {@code torch.<name>}. */
    enum StorageType implements TorchObject {
        DOUBLE("DoubleStorage", 8, Optional.of(NumberFormat.FP64)),
        FLOAT("FloatStorage", 4, Optional.of(NumberFormat.FP32)),
        HALF("HalfStorage", 2, Optional.of(NumberFormat.FP16)),
        BFLOAT16("BFloat16Storage", 2, Optional.of(NumberFormat.BF16)),
        LONG("LongStorage", 8, Optional.empty()),
        INT("IntStorage", 4, Optional.empty()),
        SHORT("ShortStorage", 2, Optional.empty()),
        CHAR("CharStorage", 1, Optional.empty()),
        BYTE("ByteStorage", 1, Optional.empty()),
        BOOL("BoolStorage", 1, Optional.empty());

        private final String torchName;
        final int bytes;
        final Optional<NumberFormat> format;

        StorageType(String torchName, int bytes, Optional<NumberFormat> format) {
            this.torchName = torchName;
            this.bytes = bytes;
            this.format = format;
        }

        static Optional<TorchObject> of(String torchName) {
            for (StorageType type : values()) {
                if (type.torchName.equals(torchName)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * A run of numbers in the file.
     *
     * @param key its name
     * @param count how many numbers there are under that name
     * @param viewFrom the first number that this storage sees; above 0 only for the views of old files
     * @param viewCount how many it sees
     */
    record Storage(String key, StorageType type, long count, long viewFrom, long viewCount) implements TorchObject {}

    /**
     * A tensor: numbers of a storage, picked by strides.
     *
     * @param offset the first number's place in what the storage sees
     */
    record Tensor(Storage storage, long offset, List<Long> size, List<Long> stride) implements TorchObject {}
}
