package dev.juxta.onednn;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** The peak of oneDNN's bare product on one thread: the most that a forward pass could reach. */
final class BareProducts implements AutoCloseable {

    private static final int ROWS = 256;
    private static final int IN = 384;
    private static final int OUT = 1536;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Kernels kernels = new Kernels();
    private final Map<NumberType, Subject> subjects = new EnumMap<>(NumberType.class);
    private final Worker worker;

    BareProducts() {
        Natives.computeOnThisThreadOnly();
        worker = new Worker(kernels, 0);
        List<NumberType> types = new ArrayList<>(List.of(NumberType.F32, NumberType.U8));
        if (Natives.hasBf16()) {
            types.add(NumberType.BF16);
        }
        for (NumberType type : types) {
            subjects.put(type, new Subject(type));
        }
    }

    /** Times each product once more. */
    void measure() {
        subjects.values().forEach(Subject::measure);
    }

    /** Operations per nanosecond, which are 10⁹ per second, of the fastest run so far. */
    double rate(NumberType type) {
        Subject subject = subjects.get(type);
        if (subject == null) {
            throw new IllegalArgumentException("No product of " + type + " is measured");
        }
        return subject.rate;
    }

    /** By type. */
    Map<String, Double> rates() {
        Map<String, Double> rates = new TreeMap<>();
        subjects.forEach((type, subject) -> rates.put(type.toString(), subject.rate));
        return rates;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        subjects.forEach((type, subject) -> text.append(text.isEmpty() ? "" : ", ")
                .append(String.format(Locale.ROOT, "%s %.0f", type, subject.rate)));
        return text.toString();
    }

    @Override
    public void close() {
        subjects.values().forEach(Subject::close);
        worker.close();
        kernels.close();
    }

    /** A product with its operands. */
    private final class Subject implements AutoCloseable {

        private static final int RUNS = 8;

        private final KernelSpec.Product spec;
        private final List<Region> operands = new ArrayList<>();
        private double rate;

        Subject(NumberType type) {
            spec = new KernelSpec.Product(
                    ROWS, IN, OUT, type, NumberType.F32, Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);
            byte[] numbers = new byte[ROWS * IN * type.bytes()];
            new Random(1).nextBytes(numbers);
            // random bytes are floats that may be denormal or not a number, which products stumble over
            operands.add(type.quantized() ? Region.of(numbers) : Region.allocate(numbers.length));
            operands.add(Region.allocate(
                    kernels.layouts().of(new PackedLayouts.Key(IN, OUT, type)).get_size()));
            operands.add(Region.allocate((long) OUT * Float.BYTES));
            operands.add(Region.allocate((long) ROWS * OUT * Float.BYTES));
            if (type.quantized()) {
                operands.add(Region.allocate((long) OUT * Float.BYTES));
            }
        }

        void measure() {
            long[] addresses = operands.stream().mapToLong(Region::address).toArray();
            long begin = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < RUNS; i++) {
                worker.run(spec, addresses);
            }
            long nanos = THREADS.getCurrentThreadCpuTime() - begin;
            rate = Math.max(rate, (double) spec.operations() * RUNS / nanos);
        }

        @Override
        public void close() {
            operands.forEach(Region::close);
        }
    }
}
