package dev.juxta.onednn;

import dev.juxta.checkpoint.Weight;
import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.onednn.Fusion.Node;
import dev.juxta.onednn.Place.View;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.Attention.Rotary;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Pooling;
import dev.juxta.ops.Program;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Makes a plan: gives every fused node kernels, and its result a place, in the types that its readers want. */
final class Planner {

    private final Program program;
    private final Kernels kernels;
    private final NumberTypes types;
    private final Quantization quantization;
    private final Map<Value, Steps.Product.Observer> observers;
    private final FixedValues fixed;
    private final Map<Fusion.Product, PackedMatrix> matrices;

    private final PlaceAllocator allocator = new PlaceAllocator();
    private final List<Stage> stages = new ArrayList<>();
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final Map<Value, Map<NumberType, View>> views = new HashMap<>();
    private final Map<Value, Quantization.Steps> steps = new HashMap<>();
    private final Map<Rotary, Map<Integer, RotaryTable>> rotaries = new HashMap<>();
    private int stepCount;

    private Planner(
            Program program,
            Precision precision,
            Kernels kernels,
            Quantization quantization,
            Map<Value, Steps.Product.Observer> observers,
            Workers workers) {
        this.program = program;
        this.kernels = kernels;
        this.quantization = quantization;
        this.observers = observers;
        this.fixed = new FixedValues(program);
        this.types = new NumberTypes(program, Fusion.apply(program), precision, quantization);
        this.matrices = pack(workers);
    }

    /**
     * Plans a program.
     *
     * @param precision the number format of the products; not AUTO
     * @param quantization the scales of the values that int8 products read
     * @param observers who looks at which values when a product reads them
     * @param workers threads that pack the weights
     */
    static Plan plan(
            Program program,
            Precision precision,
            Kernels kernels,
            Quantization quantization,
            Map<Value, Steps.Product.Observer> observers,
            Workers workers) {
        return new Planner(program, precision, kernels, quantization, observers, workers).plan();
    }

    /** Packs the weights of all products, which is most of what loading costs, on all threads. */
    private Map<Fusion.Product, PackedMatrix> pack(Workers workers) {
        List<Fusion.Product> products = types.nodes().stream()
                .filter(Fusion.Product.class::isInstance)
                .map(Fusion.Product.class::cast)
                .toList();
        List<NumberType> inputs = products.stream().map(types::input).toList();
        List<Optional<Quantization.Steps>> rounding = products.stream()
                .map(product -> Optional.of(types.input(product))
                        .filter(NumberType::quantized)
                        .map(type -> steps(product.x(), type)))
                .toList();
        PackedMatrix[] packed = new PackedMatrix[products.size()];
        workers.forEach(packed.length, i -> {
            Fusion.Product product = products.get(i);
            packed[i] = PackedMatrix.of(product.layers(), inputs.get(i), rounding.get(i), kernels.layouts());
        });
        Map<Fusion.Product, PackedMatrix> matrices = new HashMap<>();
        for (int i = 0; i < packed.length; i++) {
            matrices.put(products.get(i), own(packed[i]));
        }
        return matrices;
    }

    private Plan plan() {
        for (Node node : types.nodes()) {
            if (node instanceof Fusion.Embed embed) {
                embed(embed);
            } else if (node instanceof Fusion.Product product) {
                product(product);
            } else if (node instanceof Fusion.Plain plain) {
                plain(plain.step().output(), plain.step().operation());
            }
        }
        View result = view(program.result(), NumberType.F32);
        allocator.use(result.place(), stages.size(), stepCount, true);
        return new Plan(List.copyOf(stages), allocator.allocate(), program.result(), result, List.copyOf(owned));
    }

    private void embed(Fusion.Embed node) {
        List<Steps.Table> tables = node.tables().stream()
                .map(table -> Steps.Table.of(table.table(), table.index()))
                .toList();
        View target = place(node.output(), NumberType.F32);
        emit(new Steps.Embed(tables, target), true, target);
        provide(node.output(), target);
    }

    private void product(Fusion.Product node) {
        NumberType inputType = types.input(node);
        View source = view(node.x(), inputType);
        PackedMatrix matrix = Objects.requireNonNull(matrices.get(node), "all products are packed");
        NumberType type = types.primary(node);
        Place place = new Place(ofTokens(node.x()), type, node.width());
        View target = View.of(place);
        Optional<Steps.Product.Requantization> requantization =
                type.quantized() ? Optional.of(requantization(node.outputs().get(0), type)) : Optional.empty();
        Optional<View> gate = node.gate().map(value -> view(value, types.residual()));
        Optional<View> residual = node.residual().map(value -> view(value, types.residual()));
        Optional<Steps.Product.Observer> observer = Optional.ofNullable(observers.get(node.x()));
        RowStep step =
                new Steps.Product(matrix, source, target, node.activation(), gate, residual, requantization, observer);
        List<View> used = new ArrayList<>(List.of(source, target));
        gate.ifPresent(used::add);
        residual.ifPresent(used::add);
        emit(step, ofTokens(node.x()), used.toArray(View[]::new));
        int column = 0;
        for (Value output : node.outputs()) {
            provide(output, new View(place, column, output.width()));
            column += output.width();
        }
    }

    private Quantization.Steps steps(Value value, NumberType type) {
        return steps.computeIfAbsent(
                value, v -> quantization.steps(v, types.quantizedReaders(v), type, types.offset(v)));
    }

    private Steps.Product.Requantization requantization(Value output, NumberType type) {
        Quantization.Steps steps = steps(output, type);
        return new Steps.Product.Requantization(own(Region.of(steps.factors())), steps.offset());
    }

    private void plain(Value output, Operation operation) {
        if (operation instanceof Operation.Normed normed) {
            norm(output, normed);
        } else if (operation instanceof Operation.Attend attend) {
            attention(output, attend.attention());
        } else if (operation instanceof Operation.Pool pool) {
            pool(output, pool);
        } else if (operation instanceof Operation.Activate activate) {
            View source = view(activate.x(), NumberType.F32);
            View target = place(output, NumberType.F32);
            emit(new Steps.Elementwise(source, target, activate.function()), ofTokens(output), source, target);
            provide(output, target);
        } else if (operation instanceof Operation.Add add) {
            pairwise(output, add.a(), add.b(), false);
        } else if (operation instanceof Operation.Multiply multiply) {
            pairwise(output, multiply.a(), multiply.b(), true);
        } else if (operation instanceof Operation.Columns columns) {
            View source = view(columns.x(), NumberType.F32);
            View part = new View(source.place(), source.column() + columns.from(), output.width());
            View target = place(output, NumberType.F32);
            emit(new Steps.Conversion(part, target, Optional.empty()), ofTokens(output), source, target);
            provide(output, target);
        } else if (operation instanceof Operation.Normalize normalize) {
            View source = view(normalize.x(), NumberType.F32);
            View target = place(output, NumberType.F32);
            emit(new Steps.UnitLength(source, target), ofTokens(output), source, target);
            provide(output, target);
        } else {
            throw new IllegalStateException(operation + " is not a step that is left after fusion");
        }
    }

    private void pairwise(Value output, Value a, Value b, boolean multiply) {
        View left = view(a, NumberType.F32);
        View right = view(b, NumberType.F32);
        View target = place(output, NumberType.F32);
        emit(new Steps.Pairwise(left, right, target, multiply), ofTokens(output), left, right, target);
        provide(output, target);
    }

    private void norm(Value output, Operation.Normed normed) {
        Norm norm = normed.norm();
        View source = whole(view(normed.x(), NumberType.F32), ofTokens(normed.x()));
        View target = place(output, types.primary(output));
        Region scale = own(Region.of(norm.scale().toFloats()));
        Optional<Region> shift = norm.shift().map(weight -> own(Region.of(weight.toFloats())));
        boolean rms = norm.kind() == Norm.Kind.RMS;
        int width = norm.scale().size(0);
        RowStep step = new Steps.Normalization(source, target, width, scale, shift, rms, norm.epsilon());
        emit(step, ofTokens(output), source, target);
        provide(output, target);
    }

    /** The same columns as rows of their own. */
    private View whole(View view, boolean ofTokens) {
        if (view.isWhole()) {
            return view;
        }
        View copy = View.of(new Place(ofTokens, view.type(), view.width()));
        emit(new Steps.Conversion(view, copy, Optional.empty()), ofTokens, view, copy);
        return copy;
    }

    private void pool(Value output, Operation.Pool pool) {
        NumberType type = types.primary(output);
        View source = view(pool.x(), type);
        View target = place(output, type);
        if (pool.pooling() == Pooling.MEAN || pool.pooling() == Pooling.MAX || source.isWhole()) {
            emit(new PoolStage(source, target, pool.pooling()), source, target);
        } else {
            throw new IllegalStateException("A part of a row cannot be pooled");
        }
        provide(output, target);
    }

    private void attention(Value output, Attention<Value> attention) {
        AttentionShape shape = AttentionShape.of(
                attention, attention.query().width(), attention.value().width());
        View query = attentionInput(attention.query(), attention, shape);
        View key = attentionInput(attention.key(), attention, shape);
        View value = view(attention.value(), types.attention());
        View target = place(output, types.primary(output));
        Optional<Disentangled> positions = Optional.empty();
        List<ScoreAdjustment> adjustments = new ArrayList<>();
        if (attention.relative().isPresent()) {
            RelativeBias<Value> bias = attention.relative().get();
            if (bias instanceof RelativeBias.Disentangled<Value> disentangled) {
                positions = Optional.of(disentangled(disentangled, shape, query, key));
            } else if (bias instanceof RelativeBias.Learned<Value> learned) {
                float[] table = fixed.floats(learned.table());
                adjustments.add(new ScoreAdjustment.Learned(table, shape.heads(), bias.buckets()));
            }
        }
        if (!attention.mask().equals(Mask.FULL)) {
            adjustments.add(new ScoreAdjustment.Hide(attention.mask()));
        }
        emit(new AttentionStage(shape, query, key, value, target, positions, adjustments), query, key, value, target);
        provide(output, target);
    }

    /** Queries or keys, turned by their positions where the attention wants that. */
    private View attentionInput(Value value, Attention<Value> attention, AttentionShape shape) {
        if (attention.rotary().isEmpty()) {
            return view(value, types.attention());
        }
        View source = view(value, NumberType.F32);
        Queries queries = ofTokens(value) ? Queries.ALL : attention.queries();
        View turned = View.of(new Place(ofTokens(value), NumberType.F32, value.width()));
        Rotary rotary = attention.rotary().get();
        RotaryTable turns = rotaries.computeIfAbsent(rotary, r -> new HashMap<>())
                .computeIfAbsent(shape.headWidth(), width -> new RotaryTable(rotary, width));
        emit(new Rotation(source, turned, turns, queries), ofTokens(value), source, turned);
        if (types.attention() == NumberType.F32) {
            return turned;
        }
        View narrow = View.of(new Place(ofTokens(value), types.attention(), value.width()));
        emit(new Steps.Conversion(turned, narrow, Optional.empty()), ofTokens(value), turned, narrow);
        return narrow;
    }

    private Disentangled disentangled(
            RelativeBias.Disentangled<Value> bias, AttentionShape shape, View query, View key) {
        NumberType type = types.attention();
        return new Disentangled(
                shape,
                type,
                query.place().width(),
                key.place().width(),
                bias.positionKey()
                        .map(table -> own(new DistanceTable(fixed.floats(table), bias.buckets(), type, true))),
                bias.positionQuery()
                        .map(table -> own(new DistanceTable(fixed.floats(table), bias.buckets(), type, false))));
    }

    /** The value in this type, converted where it is made if it is not there yet. */
    private View view(Value value, NumberType type) {
        Map<NumberType, View> found = views.get(value);
        if (found == null) {
            throw new IllegalStateException(value + " has no place");
        }
        View view = found.get(type);
        if (view != null) {
            return view;
        }
        View source =
                found.getOrDefault(NumberType.F32, found.values().iterator().next());
        View target = View.of(new Place(ofTokens(value), type, value.width()));
        Optional<Region> steps =
                type.quantized() ? Optional.of(own(Region.of(steps(value, type).units()))) : Optional.empty();
        emit(new Steps.Conversion(source, target, steps), ofTokens(value), source, target);
        found.put(type, target);
        return target;
    }

    /** Notes where a value lies, and converts it at once for readers in other types. */
    private void provide(Value value, View view) {
        Map<NumberType, View> byType = new EnumMap<>(NumberType.class);
        byType.put(view.type(), view);
        views.put(value, byType);
        for (NumberType type : types.demands(value)) {
            view(value, type);
        }
    }

    private View place(Value value, NumberType type) {
        return View.of(new Place(ofTokens(value), type, value.width()));
    }

    private static boolean ofTokens(Value value) {
        return value.rows().equals(Value.Rows.TOKENS);
    }

    private void emit(RowStep step, boolean ofTokens, View... used) {
        RowStage stage;
        if (!stages.isEmpty()
                && stages.get(stages.size() - 1) instanceof RowStage last
                && last.ofTokens() == ofTokens) {
            stage = last;
        } else {
            stage = new RowStage(ofTokens);
            stages.add(stage);
        }
        stage.add(step);
        use(false, used);
    }

    private void emit(Stage stage, View... used) {
        stages.add(stage);
        allocator.barrier();
        use(true, used);
    }

    private void use(boolean acrossRows, View... used) {
        for (View view : used) {
            allocator.use(view.place(), stages.size() - 1, stepCount, acrossRows);
        }
        stepCount++;
    }

    private <C extends AutoCloseable> C own(C resource) {
        owned.add(resource);
        return resource;
    }

    /** The values of the program that are the same for every batch, computed once by the reference engine. */
    private static final class FixedValues {
        private final Program program;
        private final Map<Value, float[]> known = new HashMap<>();

        FixedValues(Program program) {
            this.program = program;
        }

        float[] floats(Value value) {
            return known.computeIfAbsent(value, this::compute);
        }

        private float[] compute(Value value) {
            for (var step : program.steps()) {
                if (step.output().equals(value) && step.operation() instanceof Operation.Constant constant) {
                    Weight weight = constant.weight();
                    return weight.toFloats();
                }
            }
            return FixedRows.compute(program, value);
        }
    }
}
