package dev.juxta.checkpoint;

import dev.juxta.checkpoint.TorchObject.Callable;
import dev.juxta.checkpoint.TorchObject.Dictionary;
import dev.juxta.checkpoint.TorchObject.NumberType;
import dev.juxta.checkpoint.TorchObject.Sequence;
import dev.juxta.checkpoint.TorchObject.Storage;
import dev.juxta.checkpoint.TorchObject.StorageType;
import dev.juxta.checkpoint.TorchObject.Tensor;
import dev.juxta.checkpoint.TorchObject.Text;
import dev.juxta.checkpoint.TorchObject.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the pickle of a {@code state_dict()} may name and call: the few things of which PyTorch makes tensors.
 *
 * @param described how messages name the file
 */
record TorchGrammar(String described) {

    private static final int MOST_DIMENSIONS = 64;

    private static final Set<String> NUMBER_TYPES =
            Set.of("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool");

    /**
     * What a module's name stands for.
     *
     * @throws CheckpointException if tensors can be made without it
     */
    TorchObject find(String module, String name) throws CheckpointException {
        return switch (module + "." + name) {
            case "collections.OrderedDict" -> Callable.ORDERED_DICT;
            case "torch.Size" -> Callable.SIZE;
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> Callable.REBUILD_TENSOR;
            case "torch._utils._rebuild_parameter" -> Callable.REBUILD_PARAMETER;
            default -> ofTorch(module, name).orElseThrow(() -> unknown(module, name));
        };
    }

    private static Optional<TorchObject> ofTorch(String module, String name) {
        if (!module.equals("torch")) {
            return Optional.empty();
        }
        return NUMBER_TYPES.contains(name) ? Optional.of(new NumberType(name)) : StorageType.of(name);
    }

    private CheckpointException unknown(String module, String name) {
        String advice = module.startsWith("torch") && name.endsWith("Storage")
                ? "weights are read as float32, float16, bfloat16 and float64, so save it in one of these"
                : "nothing that a checkpoint names is run here, so save it with save_pretrained(), which writes safetensors";
        return new CheckpointException(described + " needs more than tensors: " + module + "." + name + "; " + advice);
    }

    /** The result of a call. */
    TorchObject call(TorchObject callee, List<TorchObject> arguments) throws CheckpointException {
        if (!(callee instanceof Callable callable)) {
            throw damaged("calls what is no function");
        }
        return switch (callable) {
            case ORDERED_DICT -> orderedDict(arguments);
            case SIZE -> sequence(arguments, 0);
            case REBUILD_TENSOR -> tensor(arguments);
            case REBUILD_PARAMETER -> {
                if (!arguments.isEmpty() && arguments.get(0) instanceof Tensor tensor) {
                    yield tensor;
                }
                throw damaged("has a parameter that is no tensor");
            }
        };
    }

    /**
     * Python 2 gives the items at once, as a list of pairs; Python 3 sets them afterwards. The list is used up, so that a
     * pickle which has the call repeated cannot have the work repeated.
     */
    private Dictionary orderedDict(List<TorchObject> arguments) throws CheckpointException {
        Dictionary dictionary = new Dictionary();
        if (!arguments.isEmpty()) {
            List<TorchObject> pairs = sequence(arguments, 0).items;
            List<TorchObject> items = List.copyOf(pairs);
            pairs.clear();
            for (TorchObject pair : items) {
                if (!(pair instanceof Sequence keyAndValue) || keyAndValue.items.size() != 2) {
                    throw damaged("has a dict whose items are no pairs");
                }
                setItems(dictionary, keyAndValue.items);
            }
        }
        return dictionary;
    }

    /** Puts keys and values, by turns, into a dict; only texts are names of tensors. */
    void setItems(Dictionary dictionary, List<TorchObject> items) throws CheckpointException {
        if (items.size() % 2 != 0) {
            throw damaged("has a dict with a key and no value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            if (!(items.get(i) instanceof Text key)) {
                throw damaged("has a dict with a key that is no text");
            }
            dictionary.entries.put(key.value(), items.get(i + 1));
        }
    }

    /** {@code (storage, offset, size, stride, …)}; what follows concerns training. */
    private Tensor tensor(List<TorchObject> arguments) throws CheckpointException {
        if (arguments.size() < 4 || !(arguments.get(0) instanceof Storage storage)) {
            throw damaged("has a tensor without a storage");
        }
        Sequence size = sequence(arguments, 2);
        Sequence stride = sequence(arguments, 3);
        long offset = whole(arguments, 1);
        if (size.items.size() != stride.items.size() || size.items.size() > MOST_DIMENSIONS || offset < 0) {
            throw damaged("has a tensor of " + size.items.size() + " sizes, " + stride.items.size()
                    + " strides and the offset " + offset);
        }
        return new Tensor(storage, offset, wholes(size), wholes(stride));
    }

    /** {@code ("storage", type, key, device, count)}, and in old files the part of it that is seen, or None. */
    TorchObject storage(List<TorchObject> id) throws CheckpointException {
        boolean wellFormed = id.size() >= 5
                && id.get(0) instanceof Text kind
                && kind.value().equals("storage")
                && id.get(1) instanceof StorageType
                && id.get(2) instanceof Text;
        if (!wellFormed) {
            throw damaged("points to something that is no storage");
        }
        StorageType type = (StorageType) id.get(1);
        String key = ((Text) id.get(2)).value();
        long count = whole(id, 4);
        boolean view = id.size() > 5 && id.get(5) instanceof Sequence;
        if (!view) {
            return new Storage(key, type, count, 0, count);
        }
        List<TorchObject> part = sequence(id, 5).items;
        long from = whole(part, 1);
        long seen = whole(part, 2);
        if (from < 0 || seen < 0 || count < 0 || from > count - seen) {
            throw damaged("sees " + seen + " numbers from " + from + " on in a storage of " + count);
        }
        return new Storage(key, type, count, from, seen);
    }

    private Sequence sequence(List<TorchObject> arguments, int index) throws CheckpointException {
        if (index < arguments.size() && arguments.get(index) instanceof Sequence sequence) {
            return sequence;
        }
        throw damaged("has no list or tuple where one is due");
    }

    private long whole(List<TorchObject> arguments, int index) throws CheckpointException {
        if (index < arguments.size() && arguments.get(index) instanceof Whole number) {
            return number.value();
        }
        throw damaged("has no whole number where one is due");
    }

    private List<Long> wholes(Sequence sequence) throws CheckpointException {
        List<Long> wholes = new ArrayList<>();
        for (int i = 0; i < sequence.items.size(); i++) {
            wholes.add(whole(sequence.items, i));
        }
        return wholes;
    }

    CheckpointException damaged(String how) {
        return new CheckpointException(
                described + " holds a pickle that " + how + "; it is damaged, so copy or download it again");
    }
}
