package dev.juxta.onednn;

import dev.juxta.onednn.Place.View;
import dev.juxta.ops.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plan while it is made: its stages so far, where each value lies and in which types, and what is to be closed with it.
 */
final class Draft implements Resource {

    private final NumberTypes types;
    private final ValueSteps steps;
    private final PlaceAllocator allocator = new PlaceAllocator();
    private final List<Stage> stages = new ArrayList<>();
    private final List<Resource> owned = new ArrayList<>();
    private final Map<Value, Map<NumberType, View>> views = new HashMap<>();
    private int stepCount;

    Draft(NumberTypes types, ValueSteps steps) {
        this.types = types;
        this.steps = steps;
    }

    static boolean ofTokens(Value value) {
        return value.rows().equals(Value.Rows.TOKENS);
    }

    /** A place for a value. */
    View place(Value value, NumberType type) {
        return place(ofTokens(value), type, value.width());
    }

    /** A place for rows of some value's. */
    View place(boolean ofTokens, NumberType type, int width) {
        return View.of(new Place(ofTokens, type, width));
    }

    /** Notes where a value lies, and converts it at once for readers in other types. */
    void provide(Value value, View view) {
        Map<NumberType, View> byType = new EnumMap<>(NumberType.class);
        byType.put(view.type(), view);
        views.put(value, byType);
        for (NumberType type : types.demands(value)) {
            view(value, type);
        }
    }

    /** The value in this type, converted where it is made if it is not there yet. */
    View view(Value value, NumberType type) {
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
        View target = place(value, type);
        if (type.quantized()) {
            round(source, target, ofTokens(value), steps.of(value));
        } else {
            emit(new Steps.Conversion(source, target, Optional.empty()), ofTokens(value), source, target);
        }
        found.put(type, target);
        return target;
    }

    private void round(View source, View target, boolean ofTokens, Quantization.Steps steps) {
        View from = source;
        if (steps.offset() != 0) {
            from = place(ofTokens, NumberType.F32, source.width());
            emit(new Steps.Offset(source, from, steps.offset()), ofTokens, source, from);
        }
        emit(new Steps.Conversion(from, target, Optional.of(rounding(steps))), ofTokens, from, target);
    }

    private Steps.Conversion.Rounding rounding(Quantization.Steps steps) {
        Optional<Region> zero =
                steps.zero() == 0 ? Optional.empty() : Optional.of(own(Region.of(new int[] {steps.zero()})));
        return new Steps.Conversion.Rounding(own(Region.of(steps.units())), zero);
    }

    /** The same columns as rows of their own. */
    View whole(View view, boolean ofTokens) {
        if (view.isWhole()) {
            return view;
        }
        View copy = place(ofTokens, view.type(), view.width());
        emit(new Steps.Conversion(view, copy, Optional.empty()), ofTokens, view, copy);
        return copy;
    }

    /**
     * Appends a step on rows.
     *
     * @param used what it reads and writes
     */
    void emit(RowStep step, boolean ofTokens, View... used) {
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

    /** Appends a stage that looks at the rows of others. */
    void emit(Stage stage, View... used) {
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

    /** Lets the plan close a resource. For any thread. */
    <R extends Resource> R own(R resource) {
        synchronized (owned) {
            owned.add(resource);
        }
        return resource;
    }

    /** The plan, whose result is this value. */
    Plan finish(Value value) {
        View result = view(value, NumberType.F32);
        allocator.use(result.place(), stages.size(), stepCount, true);
        return new Plan(List.copyOf(stages), allocator.allocate(), value, result, List.copyOf(owned));
    }

    /** Frees what a plan would own that does not come about. */
    @Override
    public void close() {
        owned.forEach(Resource::close);
    }
}
