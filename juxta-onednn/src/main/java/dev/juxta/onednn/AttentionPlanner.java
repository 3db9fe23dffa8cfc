package dev.juxta.onednn;

import static dev.juxta.onednn.Draft.ofTokens;

import dev.juxta.onednn.Place.View;
import dev.juxta.ops.Attention;
import dev.juxta.ops.Attention.Mask;
import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.Attention.Rotary;
import dev.juxta.ops.RelativeBias;
import dev.juxta.ops.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans attentions: turned queries and keys, position scores, masks. */
final class AttentionPlanner {

    private final Draft draft;
    private final NumberTypes types;
    private final FixedValues fixed;
    private final Set<Value> ofFirstTexts;
    private final Map<Rotary, Map<Integer, RotaryTable>> rotaries = new HashMap<>();

    /** @param ofFirstTexts values of which other texts' rows are not read */
    AttentionPlanner(Draft draft, NumberTypes types, FixedValues fixed, Set<Value> ofFirstTexts) {
        this.draft = draft;
        this.types = types;
        this.fixed = fixed;
        this.ofFirstTexts = ofFirstTexts;
    }

    void plan(Value output, Attention<Value> attention) {
        AttentionShape shape = AttentionShape.of(
                attention, attention.query().width(), attention.value().width());
        View query = input(attention.query(), attention, shape);
        View key = input(attention.key(), attention, shape);
        View value = draft.view(attention.value(), types.attention());
        View target = draft.place(output, types.primary(output));
        Optional<Disentangled> positions = Optional.empty();
        List<ScoreAdjustment> adjustments = new ArrayList<>();
        if (attention.relative().isPresent()) {
            RelativeBias<Value> bias = attention.relative().get();
            if (bias instanceof RelativeBias.Disentangled<Value> disentangled) {
                positions = Optional.of(disentangled(disentangled, shape, query, key));
            } else if (bias instanceof RelativeBias.Learned<Value> learned) {
                float[] table = fixed.floats(learned.table());
                adjustments.add(new ScoreAdjustment.Learned(table, shape.heads(), learned.buckets()));
            } else if (bias instanceof RelativeBias.AcrossTexts<Value> across) {
                adjustments.add(new ScoreAdjustment.AcrossTexts(fixed.floats(across.openness()), shape.heads()));
            }
        }
        if (!attention.mask().equals(Mask.FULL)) {
            adjustments.add(new ScoreAdjustment.Hide(attention.mask()));
        }
        draft.emit(
                new AttentionStage(
                        shape, query, key, value, target, positions, adjustments, ofFirstTexts.contains(output)),
                query,
                key,
                value,
                target);
        draft.provide(output, target);
    }

    /** Queries or keys, turned by their positions where the attention wants that. */
    private View input(Value value, Attention<Value> attention, AttentionShape shape) {
        if (attention.rotary().isEmpty()) {
            return draft.view(value, types.attention());
        }
        View source = draft.view(value, NumberType.F32);
        Queries queries = ofTokens(value) ? Queries.ALL : attention.queries();
        View turned = draft.place(value, NumberType.F32);
        Rotary rotary = attention.rotary().get();
        RotaryTable turns = rotaries.computeIfAbsent(rotary, r -> new HashMap<>())
                .computeIfAbsent(shape.headWidth(), width -> new RotaryTable(rotary, width));
        draft.emit(new Rotation(source, turned, turns, queries), ofTokens(value), source, turned);
        if (types.attention() == NumberType.F32) {
            return turned;
        }
        View narrow = draft.place(value, types.attention());
        draft.emit(new Steps.Conversion(turned, narrow, Optional.empty()), ofTokens(value), turned, narrow);
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
                        .map(table -> draft.own(new DistanceTable(fixed.floats(table), bias.buckets(), type, true))),
                bias.positionQuery()
                        .map(table -> draft.own(new DistanceTable(fixed.floats(table), bias.buckets(), type, false))));
    }
}
