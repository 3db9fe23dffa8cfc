package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A damaged or malicious file of tensors gives a CheckpointException: no other error, no hang, no memory. */
class TorchFileFuzzTest {

    private static final List<String> FILES =
            List.of("zip", "zip-protocol-4", "zip-big-endian", "legacy", "legacy-views");

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.of(FILES);
    }

    @Property(tries = 4000)
    void aMutatedFileIsReadOrRefused(@ForAll("files") String name, @ForAll long seed) throws IOException {
        byte[] content = Files.readAllBytes(WeightFilesTest.WEIGHTS.resolve(name + "/pytorch_model.bin"));
        requireReadOrRefused(mutated(content, new Random(seed)));
    }

    @Property(tries = 4000)
    void aProgramOfRandomInstructionsIsRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        String common = "\u0080\u0002}q(XKMJN\u0088)\u0085\u0086\u0087tRbQcsu.ahj]e}\u0094\u0093\u008c0(";
        byte[] program = new byte[1 + random.nextInt(200)];
        for (int i = 0; i < program.length; i++) {
            program[i] = (byte)
                    (random.nextInt(4) == 0 ? random.nextInt(256) : common.charAt(random.nextInt(common.length())));
        }
        try {
            Unpickler.read("random", ByteBuffer.wrap(program));
        } catch (CheckpointException e) {
            assertThat(e).hasMessageStartingWith("random ");
        }
    }

    private static void requireReadOrRefused(byte[] content) throws IOException {
        try {
            TorchFile.read(new OneFile(content), "file").weights().values().forEach(Weight::toFloats);
        } catch (CheckpointException e) {
            assertThat(e).hasMessageStartingWith("file");
        }
    }

    private static byte[] mutated(byte[] content, Random random) {
        byte[] bytes = content.clone();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 4));
            int other = random.nextInt(bytes.length - length + 1);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0x7f));
                case 3 -> System.arraycopy(bytes, other, bytes, at, length);
                case 4 -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, Math.max(1, at)) : bytes;
                default -> {
                    byte[] shorter = Arrays.copyOf(bytes, Math.max(1, bytes.length - length));
                    System.arraycopy(
                            bytes,
                            at + length,
                            shorter,
                            Math.min(at, shorter.length),
                            Math.max(0, Math.min(bytes.length - at - length, shorter.length - at)));
                    bytes = shorter;
                }
            }
        }
        return bytes;
    }

    @Test
    @Timeout(60)
    void aPickleThatOnlyMakesValuesIsCutOff() {
        byte[] bomb = new byte[64 << 20];
        for (char instruction : "}](N)".toCharArray()) {
            Arrays.fill(bomb, (byte) instruction);
            assertThatThrownBy(() -> Unpickler.read("bomb", ByteBuffer.wrap(bomb)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("bomb has a pickle of more than 4000000 instructions");
        }
    }

    @Test
    void aListInItselfDoesNoHarm() throws IOException {
        TorchObject knot = Unpickler.read("bomb", ByteBuffer.wrap(ascii("]q\0h\0a.")));
        assertThat(((TorchObject.Sequence) knot).items).hasSize(1);
        assertRefused("]q\0h\0ah\0\u0085Q.", "points to something that is no storage");
    }

    @Test
    void aClaimedLengthIsHeldAgainstTheFile() {
        assertRefused("X\u00ff\u00ff\u00ff\u007fabc", "claims a value of 2147483647 bytes");
        assertRefused("X\u00ff\u00ff\u00ff\u00ffabc", "claims a value of 4294967295 bytes");
        assertRefused("\u008b\0\0\0\u0010a", "claims a value of 268435456 bytes");
        assertRefused("cos\nsystem", "breaks off");
    }

    @Test
    @Timeout(60)
    void aLongListIsNotCopiedAgainAndAgain() throws IOException {
        ByteArrayOutputStream program = new ByteArrayOutputStream();
        program.writeBytes(ascii("]q\0("));
        for (int i = 0; i < 200_000; i++) {
            program.writeBytes(ascii("U\1aN\u0086"));
        }
        program.writeBytes(ascii("eccollections\nOrderedDict\nq\1"));
        for (int i = 0; i < 200_000; i++) {
            program.writeBytes(ascii("0h\1h\0\u0085R"));
        }
        program.write('.');
        TorchObject last = Unpickler.read("bomb", ByteBuffer.wrap(program.toByteArray()));
        assertThat(((TorchObject.Dictionary) last).entries).isEmpty();
    }

    private static void assertRefused(String program, String reason) {
        assertThatThrownBy(() -> Unpickler.read("bomb", ByteBuffer.wrap(ascii(program))))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(reason);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private record OneFile(byte[] content) implements CheckpointFiles {

        @Override
        public String location() {
            return "memory";
        }

        @Override
        public boolean contains(String name) {
            return true;
        }

        @Override
        public String describe(String name) {
            return name;
        }

        @Override
        public byte[] read(String name) {
            return content;
        }

        @Override
        public WeightsFile openWeights(String name) {
            ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
            return new WeightsFile() {
                @Override
                public long size() {
                    return content.length;
                }

                @Override
                public ByteBuffer slice(long offset, int length) {
                    return bytes.slice(Math.toIntExact(offset), length);
                }

                @Override
                public void close() {
                    // nothing is open
                }
            };
        }
    }
}
