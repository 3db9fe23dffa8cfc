package dev.juxta.text;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/**
 * The map of a {@code Precompiled} normalizer, as SentencePiece writes it: in base 64, the length of a trie, the trie, and
 * UTF-8 text. The native tokenizer ends the process over one that it cannot read, so it is looked at first.
 */
final class CharacterMap {

    private CharacterMap() {}

    /** Whether every {@code Precompiled} normalizer in a description has a readable map. */
    static boolean allReadable(JsonNode description) {
        if (description.path("type").asString("").equals("Precompiled") && !isReadable(description)) {
            return false;
        }
        return description.valueStream().allMatch(CharacterMap::allReadable);
    }

    private static boolean isReadable(JsonNode normalizer) {
        try {
            String base64 = normalizer.path("precompiled_charsmap").asString("");
            ByteBuffer map = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
            int trie = map.getInt();
            map.position(map.position() + trie);
            StandardCharsets.UTF_8.newDecoder().decode(map);
            return trie > 0;
        } catch (IllegalArgumentException | BufferUnderflowException | CharacterCodingException e) {
            return false;
        }
    }
}
