package dev.juxta.onednn;

import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the steps of a program into fewer and larger nodes: embeddings that are summed, products with the activation and
 * the residual that follow them, and one product for the queries, keys and values of the same input.
 */
final class Fusion {

    /** A node of the fused program. */
    sealed interface Node {
        List<Value> inputs();

        List<Value> outputs();
    }

    /** The sum of rows of several tables. */
    record Embed(List<Operation.Embedding> tables, Value output) implements Node {
        @Override
        public List<Value> inputs() {
            return List.of();
        }

        @Override
        public List<Value> outputs() {
            return List.of(output);
        }
    }

    /**
     * f(x·Wᵀ + b) · gate + residual, where W stacks the layers; each layer's columns are an output of their own.
     *
     * @param gate what the product is multiplied with, element by element
     */
    record Product(
            Value x,
            List<Linear> layers,
            List<Value> outputs,
            Optional<ActivationFunction> activation,
            Optional<Value> gate,
            Optional<Value> residual)
            implements Node {
        @Override
        public List<Value> inputs() {
            List<Value> inputs = new ArrayList<>(List.of(x));
            gate.ifPresent(inputs::add);
            residual.ifPresent(inputs::add);
            return inputs;
        }

        static Product bare(Value x, List<Linear> layers, List<Value> outputs) {
            return new Product(x, layers, outputs, Optional.empty(), Optional.empty(), Optional.empty());
        }

        int width() {
            return layers.stream().mapToInt(Linear::out).sum();
        }

        private boolean isBare() {
            return activation.isEmpty() && gate.isEmpty() && residual.isEmpty();
        }
    }

    /** A step as it was recorded. */
    record Plain(Step step) implements Node {
        @Override
        public List<Value> inputs() {
            return step.operation().inputs();
        }

        @Override
        public List<Value> outputs() {
            return List.of(step.output());
        }
    }

    private final Program program;
    private final Map<Value, Integer> reads = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Value, Operation.Project> taken = new HashMap<>();

    private Fusion(Program program) {
        this.program = program;
        reads.merge(program.result(), 1, Integer::sum);
        for (Step step : program.steps()) {
            step.operation().inputs().forEach(input -> reads.merge(input, 1, Integer::sum));
        }
    }

    /** The nodes in an order in which each comes after those it reads. Steps with fixed rows are left out. */
    static List<Node> apply(Program program) {
        Fusion fusion = new Fusion(program);
        for (Step step : program.steps()) {
            if (!(step.output().rows() instanceof Value.Rows.Fixed)) {
                fusion.add(step);
            }
        }
        fusion.mergeAttentionInputs();
        return List.copyOf(fusion.nodes);
    }

    private void add(Step step) {
        Value output = step.output();
        if (step.operation() instanceof Operation.Embedding embedding) {
            nodes.add(new Embed(List.of(embedding), output));
        } else if (step.operation() instanceof Operation.Project project) {
            addProduct(output, project);
        } else if (step.operation() instanceof Operation.Activate activate) {
            addActivation(step, activate);
        } else if (step.operation() instanceof Operation.Columns columns && taken.containsKey(columns.x())) {
            Operation.Project whole = taken.get(columns.x());
            Linear part = whole.layer().outputs(columns.from(), columns.to());
            nodes.add(Product.bare(whole.x(), List.of(part), List.of(output)));
        } else if (step.operation() instanceof Operation.Multiply product) {
            addGate(step, product);
        } else if (step.operation() instanceof Operation.Add sum) {
            addSum(step, sum);
        } else {
            nodes.add(new Plain(step));
        }
    }

    private void addActivation(Step step, Operation.Activate activate) {
        Optional<Product> product = soleReader(activate.x(), Product.class).filter(Product::isBare);
        if (product.isEmpty()) {
            nodes.add(new Plain(step));
            return;
        }
        Product bare = product.get();
        nodes.remove(bare);
        nodes.add(new Product(
                bare.x(),
                bare.layers(),
                List.of(step.output()),
                Optional.of(activate.function()),
                Optional.empty(),
                Optional.empty()));
    }

    /** A product of which only some columns are read at a time is taken apart into one product for each of them. */
    private void addProduct(Value output, Operation.Project project) {
        boolean inParts = !output.equals(program.result())
                && readers(output).stream().allMatch(Operation.Columns.class::isInstance);
        if (inParts) {
            taken.put(output, project);
        } else {
            nodes.add(Product.bare(project.x(), List.of(project.layer()), List.of(output)));
        }
    }

    private List<Operation> readers(Value value) {
        return program.steps().stream()
                .map(Step::operation)
                .filter(operation -> operation.inputs().contains(value))
                .toList();
    }

    /** The other half of a gated unit is multiplied into a product where it is made. */
    private void addGate(Step step, Operation.Multiply product) {
        Optional<Product> half = soleReader(product.b(), Product.class).filter(Product::isBare);
        Value gate = product.a();
        if (half.isEmpty()) {
            half = soleReader(product.a(), Product.class).filter(Product::isBare);
            gate = product.b();
        }
        if (half.isEmpty()
                || product.a().equals(product.b())
                || product.a().width() != product.b().width()) {
            nodes.add(new Plain(step));
            return;
        }
        Product bare = half.get();
        nodes.remove(bare);
        nodes.add(new Product(
                bare.x(),
                bare.layers(),
                List.of(step.output()),
                Optional.empty(),
                Optional.of(gate),
                Optional.empty()));
    }

    private void addSum(Step step, Operation.Add sum) {
        Optional<Embed> left = soleReader(sum.a(), Embed.class);
        Optional<Embed> right = soleReader(sum.b(), Embed.class);
        if (left.isPresent() && right.isPresent() && !sum.a().equals(sum.b())) {
            nodes.remove(left.get());
            nodes.remove(right.get());
            List<Operation.Embedding> tables = new ArrayList<>(left.get().tables());
            tables.addAll(right.get().tables());
            nodes.add(new Embed(List.copyOf(tables), step.output()));
            return;
        }
        Optional<Product> product = withoutResidual(sum.a());
        Value other = sum.b();
        if (product.isEmpty()) {
            product = withoutResidual(sum.b());
            other = sum.a();
        }
        if (product.isEmpty() || sum.a().equals(sum.b())) {
            nodes.add(new Plain(step));
            return;
        }
        Product before = product.get();
        nodes.remove(before);
        nodes.add(new Product(
                before.x(),
                before.layers(),
                List.of(step.output()),
                before.activation(),
                before.gate(),
                Optional.of(other)));
    }

    private Optional<Product> withoutResidual(Value value) {
        return soleReader(value, Product.class)
                .filter(product -> product.residual().isEmpty());
    }

    /** The node that makes {@code value}, if it is of this kind and nobody else reads it. */
    private <N extends Node> Optional<N> soleReader(Value value, Class<N> kind) {
        if (reads.getOrDefault(value, 0) != 1) {
            return Optional.empty();
        }
        return nodes.stream()
                .filter(node -> node.outputs().contains(value))
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst();
    }

    /** Makes one product of those that read the same value and are read by attentions only. */
    private void mergeAttentionInputs() {
        for (int i = 0; i < nodes.size(); i++) {
            if (!(nodes.get(i) instanceof Product first) || !feedsAttention(first)) {
                continue;
            }
            List<Linear> layers = new ArrayList<>(first.layers());
            List<Value> outputs = new ArrayList<>(first.outputs());
            for (int j = nodes.size() - 1; j > i; j--) {
                if (nodes.get(j) instanceof Product other && other.x().equals(first.x()) && feedsAttention(other)) {
                    nodes.remove(j);
                    layers.addAll(first.layers().size(), other.layers());
                    outputs.addAll(first.outputs().size(), other.outputs());
                }
            }
            nodes.set(i, Product.bare(first.x(), layers, outputs));
        }
    }

    private boolean feedsAttention(Product product) {
        return product.isBare()
                && product.outputs().stream()
                        .allMatch(output -> !output.equals(program.result())
                                && readers(output).stream().allMatch(Operation.Attend.class::isInstance));
    }
}
