package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import java.io.IOException;
import java.util.Map;

/**
 * A checkpoint with some small files put over its own. Of a folder that one of these is in, nothing of the checkpoint's own
 * is seen.
 *
 * @param over by their names
 */
record OverlaidFiles(CheckpointFiles checkpoint, Map<String, byte[]> over) implements CheckpointFiles {

    @Override
    public String location() {
        return checkpoint.location();
    }

    @Override
    public boolean contains(String name) {
        return over.containsKey(name) || (!isCovered(name) && checkpoint.contains(name));
    }

    private boolean isCovered(String name) {
        int end = name.indexOf('/');
        return end >= 0 && over.keySet().stream().anyMatch(key -> key.startsWith(name.substring(0, end + 1)));
    }

    @Override
    public String describe(String name) {
        return checkpoint.describe(name);
    }

    @Override
    public byte[] read(String name) throws IOException {
        byte[] bytes = over.get(name);
        if (bytes != null) {
            return bytes.clone();
        }
        requireSeen(name);
        return checkpoint.read(name);
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        requireSeen(name);
        return checkpoint.openWeights(name);
    }

    private void requireSeen(String name) throws CheckpointException {
        if (!contains(name)) {
            throw new CheckpointException(checkpoint.describe(name) + " is no part of the model");
        }
    }
}
