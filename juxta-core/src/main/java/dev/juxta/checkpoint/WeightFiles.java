package dev.juxta.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The files that hold a checkpoint's weights, in the order in which the reference looks for them: safetensors before
 * pickles, one file before shards.
 */
public enum WeightFiles {
    SAFETENSORS("model.safetensors", false),
    SHARDED_SAFETENSORS("model.safetensors.index.json", true),
    TORCH("pytorch_model.bin", false),
    SHARDED_TORCH("pytorch_model.bin.index.json", true);

    /** A file beside the index: no folder, so nothing that leads out of the checkpoint. */
    private static final Pattern SHARD = Pattern.compile("[\\w-][\\w.-]*");

    private final String fileName;
    private final boolean index;

    WeightFiles(String fileName, boolean index) {
        this.fileName = fileName;
        this.index = index;
    }

    /** The name of the file of weights, or of the index of its shards. */
    public String fileName() {
        return fileName;
    }

    /** Whether the file is an index that names shards. */
    public boolean isIndex() {
        return index;
    }

    /**
     * All weights of a checkpoint.
     *
     * @throws CheckpointException if there are none, or a file of them is damaged
     */
    static Map<String, Weight> read(CheckpointFiles files) throws IOException {
        for (WeightFiles form : values()) {
            if (files.contains(form.fileName)) {
                return form.index
                        ? form.readShards(files)
                        : form.readFile(files, form.fileName).weights();
            }
        }
        throw new CheckpointException(
                files.location()
                        + " has no weights; a checkpoint has model.safetensors or pytorch_model.bin, or the index of shards of one");
    }

    private TensorFile readFile(CheckpointFiles files, String name) throws IOException {
        return this == SAFETENSORS || this == SHARDED_SAFETENSORS
                ? SafeTensors.readFile(files, name)
                : TorchFile.read(files, name);
    }

    /**
     * The shards that an index names.
     *
     * @param json the index
     */
    public static List<String> shards(JsonFile json) throws CheckpointException {
        return new ArrayList<>(new TreeSet<>(shardByTensor(json).values()));
    }

    private static Map<String, String> shardByTensor(JsonFile json) throws CheckpointException {
        JsonNode map = json.root().path("weight_map");
        Map<String, String> shardByTensor = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            JsonNode shard = entry.getValue();
            if (!shard.isString() || !SHARD.matcher(shard.stringValue()).matches()) {
                throw new CheckpointException(json.file() + " puts \"" + entry.getKey() + "\" into " + shard
                        + "; a shard is a file beside the index");
            }
            shardByTensor.put(entry.getKey(), shard.stringValue());
        }
        if (shardByTensor.isEmpty()) {
            throw new CheckpointException(
                    json.file() + " has no \"weight_map\" that says which file holds which tensor; it is damaged");
        }
        return shardByTensor;
    }

    private Map<String, Weight> readShards(CheckpointFiles files) throws IOException {
        JsonFile json = JsonFile.read(files, fileName);
        Map<String, TensorFile> shards = new LinkedHashMap<>();
        for (String shard : shards(json)) {
            if (!files.contains(shard)) {
                throw new CheckpointException(files.describe(shard) + " is missing, and " + fileName
                        + " needs it; download the checkpoint again");
            }
            shards.put(shard, readFile(files, shard));
        }
        for (Map.Entry<String, String> place : shardByTensor(json).entrySet()) {
            TensorFile shard = shards.get(place.getValue());
            if (shard == null || !shard.contains(place.getKey())) {
                throw new CheckpointException(files.describe(place.getValue()) + " lacks \"" + place.getKey()
                        + "\", which " + fileName + " says it holds; download the checkpoint again");
            }
        }
        Map<String, Weight> weights = new LinkedHashMap<>();
        for (Map.Entry<String, TensorFile> shard : shards.entrySet()) {
            for (Weight weight : shard.getValue().weights().values()) {
                if (weights.put(weight.name(), weight) != null) {
                    throw new CheckpointException(files.describe(shard.getKey()) + " holds \"" + weight.name()
                            + "\", which another shard holds too; the checkpoint is damaged");
                }
            }
        }
        return weights;
    }
}
