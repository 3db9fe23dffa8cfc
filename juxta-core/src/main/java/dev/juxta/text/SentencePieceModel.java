package dev.juxta.text;

import dev.juxta.checkpoint.CheckpointException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A SentencePiece model (Kudo and Richardson 2018, arXiv:1808.06226), read out of its {@code .model} file: a protocol
 * buffer, of which the fields that say how to tokenize are taken ({@code sentencepiece_model.proto}).
 *
 * @param pieces by id
 * @param bpe whether pieces are merged by rank; else the likeliest cut is found (unigram)
 * @param unknown id of the piece for what no other stands for
 * @param bytes whether what no piece stands for is spelled in bytes
 * @param characterMap how characters are normalized, in the native library's own form; empty for not at all
 */
record SentencePieceModel(List<Piece> pieces, boolean bpe, int unknown, boolean bytes, byte[] characterMap) {

    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNIGRAM_MODEL = 1;
    private static final int BPE_MODEL = 2;

    /**
     * A piece of text.
     *
     * @param type 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte
     */
    record Piece(String text, float score, int type) {

        boolean isControl() {
            return type == CONTROL;
        }

        boolean isUserDefined() {
            return type == USER_DEFINED;
        }
    }

    /** A message being read; field after field. */
    private static final class Message {

        private static final int VARINT = 0;
        private static final int FIXED_64 = 1;
        private static final int LENGTH = 2;
        private static final int FIXED_32 = 5;

        final ByteBuffer bytes;
        int field;
        private int wireType;

        Message(ByteBuffer bytes) {
            this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        }

        boolean next() {
            if (!bytes.hasRemaining()) {
                return false;
            }
            long tag = varint();
            field = (int) (tag >>> 3);
            wireType = (int) tag & 7;
            return true;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                byte part = bytes.get();
                value |= (part & 0x7fL) << shift;
                if (part >= 0) {
                    return value;
                }
            }
            throw new BufferUnderflowException();
        }

        /** The field as a whole number; another kind of field is skipped. */
        int number(int otherwise) {
            if (wireType != VARINT) {
                skip();
                return otherwise;
            }
            return (int) varint();
        }

        float fraction() {
            if (wireType != FIXED_32) {
                skip();
                return 0;
            }
            return bytes.getFloat();
        }

        ByteBuffer content() {
            if (wireType != LENGTH) {
                skip();
                return ByteBuffer.allocate(0);
            }
            long length = varint();
            if (length < 0 || length > bytes.remaining()) {
                throw new BufferUnderflowException();
            }
            ByteBuffer content = bytes.slice(bytes.position(), (int) length);
            bytes.position(bytes.position() + (int) length);
            return content;
        }

        void skip() {
            switch (wireType) {
                case VARINT -> varint();
                case FIXED_64 -> bytes.getLong();
                case LENGTH -> content();
                case FIXED_32 -> bytes.getInt();
                default -> throw new BufferUnderflowException();
            }
        }
    }

    static SentencePieceModel parse(String file, byte[] content) throws CheckpointException {
        List<Piece> pieces = new ArrayList<>();
        int modelType = UNIGRAM_MODEL;
        int unknown = 0;
        boolean bytes = false;
        byte[] map = {};
        try {
            Message model = new Message(ByteBuffer.wrap(content));
            while (model.next()) {
                switch (model.field) {
                    case 1 -> pieces.add(piece(new Message(model.content())));
                    case 2 -> {
                        Message trainer = new Message(model.content());
                        while (trainer.next()) {
                            switch (trainer.field) {
                                case 3 -> modelType = trainer.number(modelType);
                                case 35 -> bytes = trainer.number(0) != 0;
                                case 40 -> unknown = trainer.number(unknown);
                                default -> trainer.skip();
                            }
                        }
                    }
                    case 3 -> map = characterMap(new Message(model.content()));
                    default -> model.skip();
                }
            }
        } catch (BufferUnderflowException e) {
            throw new CheckpointException(
                    file
                            + " is no SentencePiece model; it may be half-written or a Git LFS pointer, so download it again",
                    e);
        }
        if (pieces.isEmpty() || (modelType != UNIGRAM_MODEL && modelType != BPE_MODEL)) {
            throw new CheckpointException(file + " is a SentencePiece model of the type " + modelType + " with "
                    + pieces.size() + " pieces; unigram (1) and BPE (2) models are read");
        }
        return new SentencePieceModel(List.copyOf(pieces), modelType == BPE_MODEL, unknown, bytes, map);
    }

    private static Piece piece(Message message) {
        String text = "";
        float score = 0;
        int type = 1;
        while (message.next()) {
            switch (message.field) {
                case 1 ->
                    text = StandardCharsets.UTF_8.decode(message.content()).toString();
                case 2 -> score = message.fraction();
                case 3 -> type = message.number(type);
                default -> message.skip();
            }
        }
        return new Piece(text, score, type);
    }

    private static byte[] characterMap(Message normalizer) {
        byte[] map = {};
        while (normalizer.next()) {
            if (normalizer.field == 2) {
                ByteBuffer content = normalizer.content();
                map = new byte[content.remaining()];
                content.get(map);
            } else {
                normalizer.skip();
            }
        }
        return map;
    }
}
