package dev.juxta.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** The engines on the class path, which register as services. */
public final class Engines {

    private static final Logger LOGGER = System.getLogger(Engines.class.getName());
    private static final AtomicBoolean OBSTACLE_TOLD = new AtomicBoolean();

    private Engines() {}

    /** All engines, the preferred first, whether they can run here or not. */
    public static List<Engine> all() {
        return ServiceLoader.load(Engine.class, Engines.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(Engine::preference).reversed())
                .toList();
    }

    /**
     * The engine of this name, or the preferred one that can run here. If a preferred one cannot, the log says once why.
     *
     * @throws IllegalArgumentException if no engine has the name, or the one that has it cannot run here
     */
    public static Engine choose(Optional<String> name) {
        List<Engine> engines = all();
        if (name.isPresent()) {
            return named(name.get(), engines);
        }
        for (Engine engine : engines) {
            Optional<String> obstacle = engine.obstacle();
            if (obstacle.isEmpty()) {
                return engine;
            }
            if (OBSTACLE_TOLD.compareAndSet(false, true)) {
                LOGGER.log(Level.WARNING, "The {0} engine cannot run here: {1}", engine.name(), obstacle.get());
            }
        }
        throw new IllegalStateException("No engine is on the class path; not even the reference engine was found");
    }

    private static Engine named(String name, List<Engine> engines) {
        Engine found = engines.stream()
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no engine \"" + name + "\"; there are: "
                        + engines.stream().map(Engine::name).collect(Collectors.joining(", "))));
        found.obstacle().ifPresent(obstacle -> {
            throw new IllegalArgumentException("The engine \"" + name + "\" cannot run here: " + obstacle);
        });
        return found;
    }
}
