package dev.juxta.checkpoint;

import dev.juxta.checkpoint.TorchObject.Dictionary;
import dev.juxta.checkpoint.TorchObject.Other;
import dev.juxta.checkpoint.TorchObject.Sequence;
import dev.juxta.checkpoint.TorchObject.Text;
import dev.juxta.checkpoint.TorchObject.Whole;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Python pickles that hold tensors and nothing else. A pickle is a program for a stack machine (Python's
 * {@code pickletools} lists its instructions); what it names, calls and points to is up to {@link TorchGrammar}, which
 * knows tensors only, so no pickle can have anything run.
 */
final class Unpickler {

    /** A thousandth of it does for a real checkpoint; bounds the memory that a malicious one can take. */
    private static final int MOST_INSTRUCTIONS = 4_000_000;

    private final String described;
    private final ByteBuffer from;
    private final TorchGrammar grammar;
    private List<TorchObject> stack = new ArrayList<>();
    private final List<List<TorchObject>> marked = new ArrayList<>();
    private final Map<Integer, TorchObject> memo = new HashMap<>();

    /**
     * @param described how messages name the file
     * @param from the pickle, from the buffer's position on
     */
    private Unpickler(String described, ByteBuffer from) {
        this.described = described;
        this.from = from;
        this.grammar = new TorchGrammar(described);
    }

    /** Reads one pickle and leaves the buffer's position behind it. */
    static TorchObject read(String described, ByteBuffer from) throws CheckpointException {
        from.order(ByteOrder.LITTLE_ENDIAN);
        Unpickler unpickler = new Unpickler(described, from);
        try {
            return unpickler.run();
        } catch (BufferUnderflowException e) {
            CheckpointException damage = unpickler.damaged("breaks off");
            damage.initCause(e);
            throw damage;
        }
    }

    private TorchObject run() throws CheckpointException {
        for (int count = 0; count < MOST_INSTRUCTIONS; count++) {
            int instruction = unsignedByte();
            if (instruction == '.') {
                return pop();
            }
            step((char) instruction);
        }
        throw new CheckpointException(described + " has a pickle of more than " + MOST_INSTRUCTIONS
                + " instructions; save the checkpoint as safetensors");
    }

    private void step(char instruction) throws CheckpointException {
        switch (instruction) {
            case 0x80 -> from.get(); // protocol
            case 0x95 -> from.getLong(); // frame
            case 'N' -> push(Other.VALUE);
            case '(' -> mark();
            case 0x88 -> push(new Whole(1));
            case 0x89 -> push(new Whole(0));
            case 'J' -> push(new Whole(from.getInt()));
            case 'K' -> push(new Whole(unsignedByte()));
            case 'M' -> push(new Whole(Short.toUnsignedInt(from.getShort())));
            case 0x8a -> push(wholeOf(bytes(unsignedByte())));
            case 0x8b -> push(wholeOf(bytes(from.getInt())));
            case 'G' -> {
                from.getDouble();
                push(Other.VALUE);
            }
            case 'X', 'T' -> push(text(from.getInt()));
            case 0x8c, 'U' -> push(text(unsignedByte()));
            case 'B' -> opaque(from.getInt());
            case 'C' -> opaque(unsignedByte());
            case '}' -> push(new Dictionary());
            case ']', ')', 0x8f -> push(new Sequence(List.of()));
            case 't', 'l' -> push(new Sequence(popToMark()));
            case 'd' -> {
                List<TorchObject> items = popToMark();
                push(new Dictionary());
                setItems(items);
            }
            case 0x85 -> tuple(1);
            case 0x86 -> tuple(2);
            case 0x87 -> tuple(3);
            case 'a' -> append(List.of(pop()));
            case 'e', 0x90 -> append(popToMark());
            case 's' -> {
                TorchObject value = pop();
                setItems(List.of(pop(), value));
            }
            case 'u' -> setItems(popToMark());
            case 'q', 'r', 0x94 -> memoize(instruction);
            case 'h' -> push(recall(unsignedByte()));
            case 'j' -> push(recall(from.getInt()));
            case '0' -> pop();
            case '1' -> popToMark();
            default -> call(instruction);
        }
    }

    /** The instructions by which a pickle names, calls and points to things. */
    private void call(char instruction) throws CheckpointException {
        switch (instruction) {
            case 'c' -> push(grammar.find(line(), line()));
            case 0x93 -> {
                String name = popText();
                push(grammar.find(popText(), name));
            }
            case 'R', 0x81 -> {
                Sequence arguments = popSequence();
                push(grammar.call(pop(), arguments.items));
            }
            case 'Q' -> push(grammar.storage(popSequence().items));
            case 'b' -> {
                // Attributes of an OrderedDict, such as state_dict()'s _metadata; they hold no tensors.
                pop();
                if (!(top() instanceof Dictionary)) {
                    throw damaged("sets attributes of what is no dict");
                }
            }
            case 'P', 'i', 'o', 0x92, 0x82, 0x83, 0x84 ->
                throw new CheckpointException(described + " needs more than tensors (the pickle instruction \""
                        + printable(instruction) + "\"); save it with save_pretrained(), which writes safetensors");
            default -> throw damaged("has the unknown instruction \"" + printable(instruction) + "\"");
        }
    }

    private static String printable(char instruction) {
        return instruction > ' ' && instruction < 0x7f
                ? Character.toString(instruction)
                : "0x%02x".formatted(instruction & 0xff);
    }

    private void push(TorchObject object) {
        stack.add(object);
    }

    private TorchObject pop() throws CheckpointException {
        TorchObject object = top();
        stack.remove(stack.size() - 1);
        return object;
    }

    private TorchObject top() throws CheckpointException {
        if (stack.isEmpty()) {
            throw damaged("takes more from its stack than is there");
        }
        return stack.get(stack.size() - 1);
    }

    private void mark() {
        marked.add(stack);
        stack = new ArrayList<>(4);
    }

    private List<TorchObject> popToMark() throws CheckpointException {
        if (marked.isEmpty()) {
            throw damaged("takes more from its stack than is there");
        }
        List<TorchObject> items = stack;
        stack = marked.remove(marked.size() - 1);
        return items;
    }

    private void tuple(int size) throws CheckpointException {
        if (stack.size() < size) {
            throw damaged("takes more from its stack than is there");
        }
        List<TorchObject> last = stack.subList(stack.size() - size, stack.size());
        Sequence tuple = new Sequence(last);
        last.clear();
        push(tuple);
    }

    private Sequence popSequence() throws CheckpointException {
        if (pop() instanceof Sequence sequence) {
            return sequence;
        }
        throw damaged("calls with arguments that are no tuple");
    }

    private String popText() throws CheckpointException {
        if (pop() instanceof Text text) {
            return text.value();
        }
        throw damaged("has a name that is no text");
    }

    private void append(List<TorchObject> items) throws CheckpointException {
        if (!(top() instanceof Sequence sequence)) {
            throw damaged("appends to what is no list");
        }
        sequence.items.addAll(items);
    }

    private void setItems(List<TorchObject> items) throws CheckpointException {
        if (!(top() instanceof Dictionary dictionary)) {
            throw damaged("sets a key of what is no dict");
        }
        grammar.setItems(dictionary, items);
    }

    private void memoize(char instruction) throws CheckpointException {
        int index = switch (instruction) {
            case 'q' -> unsignedByte();
            case 'r' -> from.getInt();
            default -> memo.size();
        };
        memo.put(index, top());
    }

    private TorchObject recall(int index) throws CheckpointException {
        TorchObject object = memo.get(index);
        if (object == null) {
            throw damaged("recalls the value " + index + ", which it never kept");
        }
        return object;
    }

    private int unsignedByte() {
        return Byte.toUnsignedInt(from.get());
    }

    private byte[] bytes(int length) throws CheckpointException {
        if (length < 0 || length > from.remaining()) {
            throw damaged("claims a value of " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private void opaque(int length) throws CheckpointException {
        bytes(length);
        push(Other.VALUE);
    }

    private Text text(int length) throws CheckpointException {
        return new Text(new String(bytes(length), StandardCharsets.UTF_8));
    }

    /** A whole number of any length; what a long cannot hold is no size, place or count. */
    private static TorchObject wholeOf(byte[] littleEndian) {
        if (littleEndian.length == 0) {
            return new Whole(0);
        }
        if (littleEndian.length > Long.BYTES) {
            return Other.VALUE;
        }
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return new Whole(new BigInteger(bigEndian).longValue());
    }

    private String line() {
        int start = from.position();
        while (from.get() != '\n') {
            // the line goes on
        }
        byte[] line = new byte[from.position() - 1 - start];
        from.get(start, line);
        return new String(line, StandardCharsets.UTF_8);
    }

    private CheckpointException damaged(String how) {
        return grammar.damaged(how);
    }
}
