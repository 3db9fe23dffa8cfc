package dev.juxta.server.model;

import dev.juxta.Prompt;
import dev.juxta.ScoringModel;
import dev.juxta.server.queue.QueueLimits;
import dev.juxta.server.queue.QueueObserver;
import dev.juxta.server.queue.WorkQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The models by name. The first that was loaded answers requests that name none. Thread-safe. */
public final class Models implements AutoCloseable {

    private final Loader loader;
    private final Prompt prompt;
    private final Function<ScoringModel, QueueLimits> limits;
    private final Function<String, QueueObserver> observers;
    private final Map<String, ServedModel> served = new LinkedHashMap<>(); // guarded by this

    /** Loads a model from a directory, a hub id, or whatever else it knows. */
    public interface Loader {

        /**
         * Loads it.
         *
         * @throws IOException if it cannot be; the message says why
         * @throws IllegalArgumentException if it cannot do what the server is to do with it
         */
        ScoringModel load(String source) throws IOException;
    }

    /**
     * @param prompt before each first text of pairs
     * @param limits of the queue before each model
     * @param observers of the queue of a model of this name
     */
    public Models(
            Loader loader,
            Prompt prompt,
            Function<ScoringModel, QueueLimits> limits,
            Function<String, QueueObserver> observers) {
        this.loader = loader;
        this.prompt = prompt;
        this.limits = limits;
        this.observers = observers;
    }

    /**
     * Loads a model, warms it up, and serves it.
     *
     * @throws IllegalArgumentException if there is one of that name, or it cannot do what the server is to do with it
     * @throws IOException if it cannot be loaded; so if the memory is too small for it, or a native library is missing
     */
    public ServedModel load(String name, String source) throws IOException {
        requireFree(name);
        try {
            return serve(name, source, loader.load(source));
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    "the memory is not enough for the model \"" + source
                            + "\"; unload another, or give the server more (-Xmx)",
                    e);
        } catch (LinkageError e) {
            throw new IOException("what computes the model \"" + source + "\" cannot be loaded: " + e.getMessage(), e);
        }
    }

    private ServedModel serve(String name, String source, ScoringModel model) {
        ServedModel ready;
        try {
            WorkQueue queue = new WorkQueue(name, limits.apply(model), observers.apply(name));
            ready = new ServedModel(name, source, model, prompt, queue);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        try {
            ready.warmUp();
            add(ready);
            return ready;
        } catch (RuntimeException | Error e) {
            ready.close();
            throw e;
        }
    }

    private synchronized void add(ServedModel ready) {
        requireFree(ready.name());
        served.put(ready.name(), ready);
    }

    private synchronized void requireFree(String name) {
        if (served.containsKey(name)) {
            throw new IllegalArgumentException("There is a model \"" + name + "\" already; unload it first");
        }
    }

    /**
     * Takes a model out of service, once what it has to do is done.
     *
     * @param limit the longest to wait for that
     * @return whether there was one
     */
    public boolean unload(String name, Duration limit) {
        Optional<ServedModel> removed;
        synchronized (this) {
            removed = Optional.ofNullable(served.remove(name));
        }
        removed.ifPresent(model -> model.drain(limit));
        return removed.isPresent();
    }

    /** The model of a name. */
    public synchronized Optional<ServedModel> find(String name) {
        return Optional.ofNullable(served.get(name));
    }

    /** The model of requests that name none. */
    public synchronized Optional<ServedModel> first() {
        return served.values().stream().findFirst();
    }

    /** All models, the first first. */
    public synchronized List<ServedModel> all() {
        return List.copyOf(served.values());
    }

    @Override
    public void close() {
        for (ServedModel model : all()) {
            unload(model.name(), Duration.ZERO);
        }
    }
}
