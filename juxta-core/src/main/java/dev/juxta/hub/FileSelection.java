package dev.juxta.hub;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.WeightFiles;
import dev.juxta.hub.HubException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Which of a model's files a checkpoint is made of: configuration, one form of the tokenizer, one form of the weights,
 * and the card.
 *
 * @param id the model, for messages
 * @param all its files
 */
record FileSelection(String id, Set<String> all) {

    /** Of which the others depend, so fetched first. */
    private static final List<String> GUIDES = List.of("modules.json", "config.json");

    private static final List<String> CONFIGURATION = List.of(
            "config.json",
            "config_sentence_transformers.json",
            "sentence_bert_config.json",
            "sentence_roberta_config.json",
            "sentence_distilbert_config.json",
            "sentence_camembert_config.json",
            "sentence_albert_config.json",
            "sentence_xlm-roberta_config.json",
            "sentence_xlnet_config.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "artifact.metadata",
            "chat_template.jinja",
            "chat_template.json");

    private static final String TOKENIZER = "tokenizer.json";

    private static final List<String> VOCABULARIES = List.of(
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "sentencepiece.bpe.model",
            "spiece.model",
            "spm.model",
            "tokenizer.model");

    /** Each is enough for a tokenizer, or the larger part of one. */
    private static final Set<String> TOKENIZERS = Set.of(
            TOKENIZER,
            "vocab.txt",
            "vocab.json",
            "sentencepiece.bpe.model",
            "spiece.model",
            "spm.model",
            "tokenizer.model");

    private static final Pattern SAFE_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]+(/[^/\\\\:\\p{Cntrl}]+)*");

    FileSelection {
        Set<String> safe = new TreeSet<>(all);
        safe.removeIf(name -> !isSafe(name));
        all = safe;
    }

    /** Whether a name stays within the folder it is resolved in. */
    static boolean isSafe(String name) {
        return SAFE_NAME.matcher(name).matches() && !("/" + name + "/").matches(".*/\\.{1,2}/.*");
    }

    /** The files that say which others are needed. */
    List<String> guides() throws HubException {
        List<String> guides = new ArrayList<>(GUIDES);
        guides.retainAll(all);
        for (String name : all) {
            for (WeightFiles form : WeightFiles.values()) {
                boolean index = form.isIndex()
                        && name.substring(name.lastIndexOf('/') + 1).equals(form.fileName());
                String folder = name.substring(0, name.lastIndexOf('/') + 1);
                if (index && weights(folder).equals(Optional.of(form))) {
                    guides.add(name);
                }
            }
        }
        if (guides.isEmpty()) {
            throw new HubException(
                    Reason.NO_FILE, "\"" + id + "\" has no config.json, so it is no checkpoint; name another model");
        }
        return guides;
    }

    /**
     * The files that are needed.
     *
     * @param guide the files that {@link #guides} names
     */
    List<String> needed(CheckpointFiles guide) throws IOException {
        Set<String> needed = new TreeSet<>();
        boolean weights = false;
        for (String folder : folders(guide)) {
            weights |= addFolder(folder, guide, needed);
        }
        if (!weights) {
            throw new HubException(
                    Reason.NO_FILE,
                    "\"" + id + "\" has no weights that can be read; a checkpoint has model.safetensors or "
                            + "pytorch_model.bin, and it has " + sample());
        }
        for (String name : List.of("modules.json", "README.md")) {
            if (all.contains(name)) {
                needed.add(name);
            }
        }
        return List.copyOf(needed);
    }

    /** Whether these files are all that a checkpoint needs. */
    boolean isComplete(CheckpointFiles guide) throws IOException {
        boolean tokenizer =
                all.stream().anyMatch(name -> TOKENIZERS.contains(name.substring(name.lastIndexOf('/') + 1)));
        if (!all.contains("config.json") || !tokenizer) {
            return false;
        }
        boolean weights = false;
        for (String folder : folders(guide)) {
            Optional<WeightFiles> form = weights(folder);
            weights |= form.isPresent();
            if (form.isPresent() && form.get().isIndex()) {
                for (String shard : WeightFiles.shards(
                        JsonFile.read(guide, folder + form.get().fileName()))) {
                    if (!all.contains(folder + shard)) {
                        return false;
                    }
                }
            }
        }
        return weights;
    }

    private String sample() {
        List<String> names = all.stream().limit(6).toList();
        return String.join(", ", names) + (all.size() > names.size() ? ", …" : "");
    }

    /** The root, and the folders that modules.json names. */
    private Set<String> folders(CheckpointFiles guide) throws IOException {
        Set<String> folders = new TreeSet<>(Set.of(""));
        if (all.contains("modules.json")) {
            for (JsonNode module : JsonFile.readList(guide, "modules.json")) {
                String path = module.path("path").asString("");
                if (!path.isEmpty() && isSafe(path)) {
                    folders.add(path + "/");
                }
            }
        }
        return folders;
    }

    private boolean addFolder(String folder, CheckpointFiles guide, Set<String> needed) throws IOException {
        for (String name : CONFIGURATION) {
            addIfThere(folder + name, needed);
        }
        if (all.contains(folder + TOKENIZER)) {
            needed.add(folder + TOKENIZER);
        } else {
            VOCABULARIES.forEach(name -> addIfThere(folder + name, needed));
        }
        Optional<WeightFiles> form = weights(folder);
        if (form.isPresent()) {
            String name = folder + form.get().fileName();
            needed.add(name);
            if (form.get().isIndex()) {
                for (String shard : WeightFiles.shards(JsonFile.read(guide, name))) {
                    addIfThere(folder + shard, needed);
                }
            }
        }
        return form.isPresent();
    }

    private void addIfThere(String name, Set<String> needed) {
        if (all.contains(name)) {
            needed.add(name);
        }
    }

    private Optional<WeightFiles> weights(String folder) {
        for (WeightFiles form : WeightFiles.values()) {
            if (all.contains(folder + form.fileName())) {
                return Optional.of(form);
            }
        }
        return Optional.empty();
    }
}
