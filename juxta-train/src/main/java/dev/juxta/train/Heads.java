package dev.juxta.train;

import dev.juxta.checkpoint.Weight;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What transformers calls a family's network within its sequence classification model, and that model. */
record Heads(String network, String modelClass) {

    private static final Map<String, Heads> BY_MODEL_TYPE = Map.ofEntries(
            Map.entry("bert", new Heads("bert", "BertForSequenceClassification")),
            Map.entry(GatedStart.MODEL_TYPE, new Heads("bert", "GatedBertForSequenceClassification")),
            Map.entry("roberta", new Heads("roberta", "RobertaForSequenceClassification")),
            Map.entry("xlm-roberta", new Heads("roberta", "XLMRobertaForSequenceClassification")),
            Map.entry("camembert", new Heads("roberta", "CamembertForSequenceClassification")),
            Map.entry("distilbert", new Heads("distilbert", "DistilBertForSequenceClassification")),
            Map.entry("electra", new Heads("electra", "ElectraForSequenceClassification")),
            Map.entry("albert", new Heads("albert", "AlbertForSequenceClassification")),
            Map.entry("mpnet", new Heads("mpnet", "MPNetForSequenceClassification")),
            Map.entry("deberta", new Heads("deberta", "DebertaForSequenceClassification")),
            Map.entry("deberta-v2", new Heads("deberta", "DebertaV2ForSequenceClassification")),
            Map.entry("modernbert", new Heads("model", "ModernBertForSequenceClassification")));

    /** Those of a family that can get a fresh head. */
    static Optional<Heads> of(String modelType) {
        return Optional.ofNullable(BY_MODEL_TYPE.get(modelType));
    }

    /** A network's weights under the names that they have in a model with a head. */
    Map<String, Weight> within(Map<String, Weight> saved) {
        String prefix = network + ".";
        if (saved.keySet().stream().anyMatch(name -> name.startsWith(prefix))) {
            return saved;
        }
        Map<String, Weight> renamed = new LinkedHashMap<>();
        saved.forEach((name, weight) -> renamed.put(prefix + name, weight.named(prefix + name)));
        return renamed;
    }

    /** The network's weights of a model, under the names that they have in the network alone. */
    static Map<String, Weight> without(Map<String, Weight> saved, String modelType) {
        String prefix = of(modelType).map(Heads::network).orElse("") + ".";
        if (saved.keySet().stream().noneMatch(name -> name.startsWith(prefix))) {
            return saved;
        }
        Map<String, Weight> own = new LinkedHashMap<>();
        saved.forEach((name, weight) -> {
            if (name.startsWith(prefix)) {
                String renamed = name.substring(prefix.length());
                own.put(renamed, weight.named(renamed));
            }
        });
        return own;
    }
}
