package dev.juxta.onednn;

import static dev.juxta.onednn.Draft.ofTokens;

import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.onednn.Fusion.Node;
import dev.juxta.onednn.Place.View;
import dev.juxta.ops.ActivationFunction;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Value;
import java.util.ArrayList;
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
    private final ValueSteps steps;
    private final Draft draft;
    private final AttentionPlanner attentions;
    private final Map<Value, Steps.Product.Observer> observers;
    private final Map<Fusion.Product, PackedMatrix> matrices = new HashMap<>();

    private Planner(
            Program program,
            Precision precision,
            Kernels kernels,
            Quantization quantization,
            Map<Value, Steps.Product.Observer> observers) {
        this.program = program;
        this.kernels = kernels;
        this.observers = observers;
        this.types = new NumberTypes(program, Fusion.apply(program), precision, quantization);
        this.steps = new ValueSteps(types);
        this.draft = new Draft(types, steps);
        this.attentions = new AttentionPlanner(draft, types, new FixedValues(program), FirstTextValues.of(program));
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
        Planner planner = new Planner(program, precision, kernels, quantization, observers);
        try {
            planner.pack(workers);
            return planner.plan();
        } catch (RuntimeException | Error e) {
            planner.draft.close();
            throw e;
        }
    }

    /** Packs the weights of all products, which is most of what loading costs, on all threads. */
    private void pack(Workers workers) {
        List<Fusion.Product> products = types.nodes().stream()
                .filter(Fusion.Product.class::isInstance)
                .map(Fusion.Product.class::cast)
                .toList();
        List<NumberType> inputs = products.stream().map(types::input).toList();
        List<Optional<Quantization.Steps>> rounding = products.stream()
                .map(product -> Optional.of(types.input(product))
                        .filter(NumberType::quantized)
                        .map(type -> steps.of(product.x())))
                .toList();
        PackedMatrix[] packed = new PackedMatrix[products.size()];
        workers.forEach(packed.length, i -> {
            Fusion.Product product = products.get(i);
            packed[i] = draft.own(PackedMatrix.of(product.layers(), inputs.get(i), rounding.get(i), kernels.layouts()));
        });
        for (int i = 0; i < packed.length; i++) {
            matrices.put(products.get(i), packed[i]);
        }
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
        return draft.finish(program.result());
    }

    private void embed(Fusion.Embed node) {
        List<Steps.Table> tables = node.tables().stream()
                .map(table -> Steps.Table.of(table.table(), table.index()))
                .toList();
        View target = draft.place(node.output(), NumberType.F32);
        draft.emit(new Steps.Embed(tables, target), true, target);
        draft.provide(node.output(), target);
    }

    private void product(Fusion.Product node) {
        NumberType inputType = types.input(node);
        View source = draft.view(node.x(), inputType);
        PackedMatrix matrix = Objects.requireNonNull(matrices.get(node), "all products are packed");
        NumberType type = types.primary(node);
        View target = draft.place(ofTokens(node.x()), type, node.width());
        Optional<Steps.Product.Requantization> requantization =
                type.quantized() ? Optional.of(requantization(node.outputs().get(0))) : Optional.empty();
        Optional<View> gate = node.gate().map(value -> draft.view(value, types.residual()));
        Optional<View> residual = node.residual().map(value -> draft.view(value, types.residual()));
        Optional<Steps.Product.Observer> observer = Optional.ofNullable(observers.get(node.x()));
        boolean apart = activatesApart(node, inputType, type);
        Optional<ActivationFunction> fused = apart ? Optional.empty() : node.activation();
        RowStep step = new Steps.Product(matrix, source, target, fused, gate, residual, requantization, observer);
        List<View> used = new ArrayList<>(List.of(source, target));
        gate.ifPresent(used::add);
        residual.ifPresent(used::add);
        draft.emit(step, ofTokens(node.x()), used.toArray(View[]::new));
        if (apart) {
            ActivationFunction function = node.activation().orElseThrow();
            draft.emit(new Steps.Elementwise(target, target, function), ofTokens(node.x()), target);
        }
        int column = 0;
        for (Value output : node.outputs()) {
            draft.provide(output, new View(target.place(), column, output.width()));
            column += output.width();
        }
    }

    /**
     * Whether the activation is a pass of its own, in place. Fused into a product of floats, with the sixteen registers of
     * AVX2, it takes three times as long as over rows that lie in cache.
     */
    private static boolean activatesApart(Fusion.Product node, NumberType input, NumberType output) {
        return !Natives.hasAvx512()
                && input == NumberType.F32
                && output == NumberType.F32
                && ofTokens(node.x())
                && node.gate().isEmpty()
                && node.residual().isEmpty()
                && node.activation()
                        .filter(function -> function != ActivationFunction.RELU)
                        .isPresent();
    }

    private Steps.Product.Requantization requantization(Value output) {
        Quantization.Steps rounding = steps.of(output);
        return new Steps.Product.Requantization(
                draft.own(Region.of(rounding.factors())), rounding.offset(), rounding.zero());
    }

    private void plain(Value output, Operation operation) {
        if (operation instanceof Operation.Normed normed) {
            norm(output, normed);
        } else if (operation instanceof Operation.Attend attend) {
            attentions.plan(output, attend.attention());
        } else if (operation instanceof Operation.Pool pool) {
            pool(output, pool);
        } else if (operation instanceof Operation.Activate activate) {
            View source = draft.view(activate.x(), NumberType.F32);
            View target = draft.place(output, NumberType.F32);
            draft.emit(new Steps.Elementwise(source, target, activate.function()), ofTokens(output), source, target);
            draft.provide(output, target);
        } else if (operation instanceof Operation.Add add) {
            pairwise(output, add.a(), add.b(), false);
        } else if (operation instanceof Operation.Multiply multiply) {
            pairwise(output, multiply.a(), multiply.b(), true);
        } else if (operation instanceof Operation.Columns columns) {
            View source = draft.view(columns.x(), NumberType.F32);
            View part = new View(source.place(), source.column() + columns.from(), output.width());
            View target = draft.place(output, NumberType.F32);
            draft.emit(new Steps.Conversion(part, target, Optional.empty()), ofTokens(output), source, target);
            draft.provide(output, target);
        } else if (operation instanceof Operation.Concatenate concatenate) {
            concatenate(output, concatenate);
        } else if (operation instanceof Operation.Scale scale) {
            View source = draft.view(scale.x(), NumberType.F32);
            View target = draft.place(output, NumberType.F32);
            draft.emit(new Steps.Scaled(source, target, scale.factor()), ofTokens(output), source, target);
            draft.provide(output, target);
        } else if (operation instanceof Operation.Shift shift) {
            View source = draft.view(shift.x(), NumberType.F32);
            View target = draft.place(output, NumberType.F32);
            draft.emit(new ShiftStage(source, target, shift.offset()), source, target);
            draft.provide(output, target);
        } else if (operation instanceof Operation.Normalize normalize) {
            View source = draft.view(normalize.x(), NumberType.F32);
            View target = draft.place(output, NumberType.F32);
            draft.emit(new Steps.UnitLength(source, target), ofTokens(output), source, target);
            draft.provide(output, target);
        } else {
            throw new IllegalStateException(operation + " is not a step that is left after fusion");
        }
    }

    private void pairwise(Value output, Value a, Value b, boolean multiply) {
        View left = draft.view(a, NumberType.F32);
        View right = draft.view(b, NumberType.F32);
        View target = draft.place(output, NumberType.F32);
        draft.emit(new Steps.Pairwise(left, right, target, multiply), ofTokens(output), left, right, target);
        draft.provide(output, target);
    }

    private void concatenate(Value output, Operation.Concatenate concatenate) {
        List<View> parts = concatenate.parts().stream()
                .map(part -> draft.view(part, NumberType.F32))
                .toList();
        View target = draft.place(output, NumberType.F32);
        List<View> used = new ArrayList<>(parts);
        used.add(target);
        draft.emit(new Steps.Concatenation(parts, target), ofTokens(output), used.toArray(View[]::new));
        draft.provide(output, target);
    }

    private void norm(Value output, Operation.Normed normed) {
        Norm norm = normed.norm();
        View source = draft.whole(draft.view(normed.x(), NumberType.F32), ofTokens(normed.x()));
        View target = draft.place(output, types.primary(output));
        Region scale = draft.own(Region.of(norm.scale().toFloats()));
        Optional<Region> shift = norm.shift().map(weight -> draft.own(Region.of(weight.toFloats())));
        boolean rms = norm.kind() == Norm.Kind.RMS;
        int width = norm.scale().size(0);
        RowStep step = new Steps.Normalization(source, target, width, scale, shift, rms, norm.epsilon());
        draft.emit(step, ofTokens(output), source, target);
        draft.provide(output, target);
    }

    private void pool(Value output, Operation.Pool pool) {
        NumberType type = types.primary(output);
        View source = draft.view(pool.x(), type);
        View target = draft.place(output, type);
        if (!pool.pooling().selects() || source.isWhole()) {
            draft.emit(new PoolStage(source, target, pool.pooling()), source, target);
        } else {
            throw new IllegalStateException("A part of a row cannot be pooled");
        }
        draft.provide(output, target);
    }
}
