package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The safetensors format, whole and damaged. */
class SafeTensorsTest {

    private static final String NAME = "model.safetensors";

    private static byte[] file(String header, byte... data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    private static Map<String, Weight> read(byte... file) throws IOException {
        return SafeTensors.read(MemoryFiles.empty().with(NAME, file), NAME);
    }

    private static Weight only(Map<String, Weight> weights) {
        assertThat(weights).hasSize(1);
        return weights.values().iterator().next();
    }

    private static String entry(String name, String type, String shape, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    private static void assertRefused(byte[] file, String... says) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("memory/" + NAME)
                .satisfies(e -> {
                    for (String piece : says) {
                        assertThat(e).hasMessageContaining(piece);
                    }
                });
    }

    @Test
    void readsFp32() throws IOException {
        byte[] data = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1.5f)
                .putFloat(-0f)
                .putFloat(Float.MIN_VALUE)
                .putFloat(Float.NEGATIVE_INFINITY)
                .putFloat(Float.NaN)
                .putFloat(3e38f)
                .array();
        Weight weight = only(
                read(file("{\"__metadata__\":{\"format\":\"pt\"}," + entry("w", "F32", "[2,3]", 0, 24) + "}", data)));
        assertThat(weight.name()).isEqualTo("w");
        assertThat(weight.shape()).containsExactly(2, 3);
        assertThat(weight.format()).isEqualTo(NumberFormat.FP32);
        assertBits(weight.toFloats(), 1.5f, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, Float.NaN, 3e38f);
        float[] row = new float[4];
        weight.readRow(1, row, 1);
        assertBits(row, 0, Float.NEGATIVE_INFINITY, Float.NaN, 3e38f);
    }

    private static void assertBits(float[] found, float... expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.floatToIntBits(found[i])).as("number %d", i).isEqualTo(Float.floatToIntBits(expected[i]));
        }
    }

    /** IEEE 754 binary16, from the table of its corner values. */
    @ParameterizedTest
    @CsvSource({
        "0x0000, 0x0p0",
        "0x8000, -0x0p0",
        "0x0001, 0x1p-24",
        "0x8001, -0x1p-24",
        "0x0200, 0x1p-15",
        "0x03ff, 0x1.ff8p-15",
        "0x0400, 0x1p-14",
        "0x3555, 0x1.554p-2",
        "0x3c00, 0x1p0",
        "0x3c01, 0x1.004p0",
        "0xc000, -0x1p1",
        "0x7bff, 0x1.ffcp15",
        "0xfbff, -0x1.ffcp15",
        "0x7c00, Infinity",
        "0xfc00, -Infinity",
        "0x7c01, NaN",
        "0x7e00, NaN",
        "0xffff, NaN",
    })
    void readsFp16(String half, String expected) throws IOException {
        int bits = Integer.decode(half);
        Weight weight = only(read(file("{" + entry("w", "F16", "[1]", 0, 2) + "}", (byte) bits, (byte) (bits >> 8))));
        assertThat(weight.format()).isEqualTo(NumberFormat.FP16);
        assertBits(weight.toFloats(), Float.parseFloat(expected));
    }

    /** Every half is what its sign, exponent and fraction say. */
    @Test
    void readsAllHalves() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            data.putShort((short) bits);
        }
        float[] floats = only(read(file("{" + entry("w", "F16", "[65536]", 0, 2 << 16) + "}", data.array())))
                .toFloats();
        for (int bits = 0; bits < floats.length; bits++) {
            int exponent = bits >> 10 & 0x1f;
            int fraction = bits & 0x3ff;
            double magnitude =
                    exponent == 0 ? fraction * Math.pow(2, -24) : (1024 + fraction) * Math.pow(2, exponent - 25.0);
            if (exponent == 0x1f) {
                magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            }
            float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
            assertThat(Float.floatToIntBits(floats[bits])).isEqualTo(Float.floatToIntBits(expected));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x0000, 0x0p0",
        "0x8000, -0x0p0",
        "0x0001, 0x1p-133",
        "0x0080, 0x1p-126",
        "0x3f80, 0x1p0",
        "0xbf81, -0x1.02p0",
        "0x7f7f, 0x1.fep127",
        "0x7f80, Infinity",
        "0xff80, -Infinity",
        "0x7fc0, NaN",
        "0xffff, NaN",
    })
    void readsBf16(String upperHalf, String expected) throws IOException {
        int bits = Integer.decode(upperHalf);
        Weight weight =
                only(read(file("{" + entry("w", "BF16", "[1,1]", 0, 2) + "}", (byte) bits, (byte) (bits >> 8))));
        assertThat(weight.format()).isEqualTo(NumberFormat.BF16);
        assertBits(weight.toFloats(), Float.parseFloat(expected));
    }

    @Test
    void leavesWholeNumbersOut() throws IOException {
        String header = "{" + entry("position_ids", "I64", "[1,2]", 0, 16) + "," + entry("mask", "BOOL", "[1]", 16, 17)
                + "," + entry("w", "F32", "[1]", 17, 21) + "}";
        assertThat(read(file(header, new byte[21]))).containsOnlyKeys("w");
    }

    @Test
    void readsTensorsWithoutElementsAndScalars() throws IOException {
        String header = "{" + entry("none", "F32", "[0,3]", 0, 0) + "," + entry("scalar", "F16", "[]", 0, 2) + ","
                + entry("end", "F32", "[0]", 2, 2) + "}";
        Map<String, Weight> weights = read(file(header, (byte) 0, (byte) 0x3c));
        assertThat(weights).containsOnlyKeys("none", "scalar", "end");
        assertThat(weights.get("none")).extracting(Weight::count).isEqualTo(0);
        assertThat(weights.get("scalar")).extracting(Weight::toFloats).isEqualTo(new float[] {1});
        assertThat(read(file("{}"))).isEmpty();
    }

    @Test
    void ordersByPlaceWhateverTheHeadersOrder() throws IOException {
        String header = "{" + entry("b", "F16", "[1]", 2, 4) + "," + entry("a", "F16", "[1]", 0, 2) + "}   ";
        Map<String, Weight> weights = read(file(header, (byte) 0, (byte) 0x3c, (byte) 0, (byte) 0xc0));
        assertThat(weights.get("a")).extracting(Weight::toFloats).isEqualTo(new float[] {1});
        assertThat(weights.get("b")).extracting(Weight::toFloats).isEqualTo(new float[] {-2});
    }

    @Test
    void refusesAFileWithoutHeader() {
        assertRefused(new byte[0], "has 0 bytes", "half-written");
        assertRefused(new byte[7], "has 7 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 17, 1L << 60, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void refusesAHeaderLengthThatIsNotTheFiles(long length) {
        byte[] file = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
        assertRefused(file, "claims a header of " + Long.toUnsignedString(length) + " bytes in a file of 24");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "",
                "  ",
                "[]",
                "7",
                "{]",
                "{\"a\":}",
                "{\"a\":1}}",
                "nothing",
                "\u0000\u0000",
                "{\"a\":NaN}"
            })
    void refusesAHeaderThatIsNoObject(String header) {
        byte[] file = file(header, new byte[4]);
        assertRefused(file);
    }

    @Test
    void refusesTheSameNameTwice() {
        String header = "{" + entry("w", "F32", "[1]", 0, 4) + "," + entry("w", "F32", "[1]", 0, 4) + "}";
        assertRefused(file(header, new byte[4]), "not valid JSON", "\"w\"");
    }

    @Test
    void refusesDeepNesting() {
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        assertRefused(file(deep), "nesting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "null",
                "[]",
                "{}",
                "{\"dtype\":\"F32\",\"shape\":[1]}",
                "{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":[1e0],\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":[18446744073709551617],\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}",
                "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}",
                "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":{\"begin\":0,\"end\":4}}",
                "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}",
            })
    void refusesAnEntryThatIsNoTensor(String entry) {
        assertRefused(file("{\"w\":" + entry + "}", new byte[4]), "\"w\"", "damaged");
    }

    @Test
    void refusesPlacesOutsideTheFile() {
        assertRefused(file("{" + entry("w", "F32", "[1]", 4, 8) + "}", new byte[4]), "\"w\"", "4 to 8", "byte 0");
        assertRefused(file("{" + entry("w", "F32", "[2]", 0, 8) + "}", new byte[4]), "4 bytes", "describes 8");
        assertRefused(file("{" + entry("w", "F32", "[1]", 0, 4) + "}", new byte[5]), "5 bytes", "describes 4");
        assertRefused(file("{" + entry("w", "F32", "[1]", 8, 4) + "}", new byte[4]), "8 to 4");
        assertRefused(file("{" + entry("w", "F32", "[1]", 0, Long.MAX_VALUE) + "}", new byte[4]), "" + Long.MAX_VALUE);
    }

    @Test
    void refusesGapsAndOverlaps() {
        String gap = "{" + entry("a", "F32", "[1]", 0, 4) + "," + entry("b", "F32", "[1]", 8, 12) + "}";
        assertRefused(file(gap, new byte[12]), "\"b\"", "8 to 12", "byte 4 was due");
        String overlap = "{" + entry("a", "F32", "[2]", 0, 8) + "," + entry("b", "F32", "[2]", 4, 12) + "}";
        assertRefused(file(overlap, new byte[12]), "\"b\"", "4 to 12", "byte 8 was due");
    }

    @Test
    void refusesAFileThatWasCutAnywhere() throws IOException {
        byte[] whole = MemoryFiles.ofGolden("bert-tiny-1label").read(NAME);
        for (int length = 0; length < whole.length; length += 997) {
            assertRefused(Arrays.copyOf(whole, length));
        }
        assertRefused(Arrays.copyOf(whole, whole.length - 1), "half-written");
        assertRefused(Arrays.copyOf(whole, whole.length + 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[2]", "[0]", "[4294967297]", "[2147483647,2147483647,4]", "[9223372036854775807,2]", "[3,3,3]"})
    void refusesAShapeThatIsNotTheBytes(String shape) {
        assertRefused(file("{" + entry("w", "F32", shape, 0, 4) + "}", new byte[4]), "\"w\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"F8_E5M2", "F8_E4M3", "float32", "f32", "", "I4"})
    void refusesOtherTypesByName(String type) {
        assertRefused(
                file("{" + entry("w", type, "[1]", 0, 4) + "}", new byte[4]), "\"w\"", "\"" + type + "\"", "BF16");
    }

    @Test
    void tellsOfADamagedNameInOneShortLine() {
        String name = "\\u001b[31m\\n" + "x".repeat(100_000);
        assertThatThrownBy(() -> read(file("{" + entry(name, "F8_E5M2", "[4]", 0, 4) + "}", new byte[4])))
                .isInstanceOf(CheckpointException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContainPattern("\\p{Cntrl}")
                        .hasSizeLessThan(2100));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsADirectoryAndAJarAlike(boolean stored, @TempDir Path folder) throws IOException {
        MemoryFiles golden = MemoryFiles.ofGolden("bert-relu-bf16");
        Map<String, Weight> expected = SafeTensors.read(golden, NAME);
        assertSameWeights(
                SafeTensors.read(new DirectoryFiles(golden.writeTo(folder.resolve("files"))), NAME), expected);

        Path jar = folder.resolve("model.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String file : golden.contents().keySet()) {
                out.putNextEntry(entry("some/model/" + file, golden.read(file), stored));
                out.write(golden.read(file));
            }
            out.putNextEntry(new JarEntry(SafeTensorsTest.class.getName().replace('.', '/') + ".class"));
            try (var anchor = SafeTensorsTest.class.getResourceAsStream("SafeTensorsTest.class")) {
                out.write(anchor == null ? new byte[0] : anchor.readAllBytes());
            }
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            ResourceFiles resources =
                    new ResourceFiles(new AnchorIn(loader).find(SafeTensorsTest.class.getName()), "/some/model");
            assertThat(resources.contains("config.json")).isTrue();
            assertThat(resources.contains("nothing.json")).isFalse();
            Map<String, Weight> found = SafeTensors.read(resources, NAME);
            assertSameWeights(found, expected);
            assertThat(found.values())
                    .allSatisfy(weight -> assertThat(weight.bytes().isDirect())
                            .as("a stored entry is mapped")
                            .isEqualTo(stored));
            assertThatThrownBy(() -> resources.read("nothing.json"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage("classpath:/some/model/nothing.json is missing");
        }
    }

    private static JarEntry entry(String name, byte[] content, boolean stored) {
        JarEntry entry = new JarEntry(name);
        if (stored) {
            CRC32 sum = new CRC32();
            sum.update(content);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(sum.getValue());
        }
        return entry;
    }

    /** A class out of a jar, whose loader sees that jar only. */
    private record AnchorIn(URLClassLoader loader) {
        Class<?> find(String name) {
            try {
                return loader.loadClass(name);
            } catch (ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void assertSameWeights(Map<String, Weight> found, Map<String, Weight> expected) {
        assertThat(found).containsOnlyKeys(expected.keySet());
        expected.forEach((name, weight) -> assertThat(found.get(name))
                .extracting(Weight::shape, Weight::toFloats)
                .containsExactly(weight.shape(), weight.toFloats()));
    }
}
