package dev.juxta.search;

import dev.juxta.Hit;
import dev.juxta.Retriever;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Several retrievers as one: each finds its best, and {@link Fusion} makes one list of theirs. */
public final class Hybrid implements Retriever {

    /** Hits that each member finds at least, as the order among the first is made of what stands further down too. */
    private static final int LEAST_DEPTH = 100;

    private final List<Retriever> members;
    private final Fusion fusion;

    /**
     * @param members are left open
     * @param fusion how their lists are merged; weights, if it has any, are those of the members in their order
     */
    public Hybrid(List<Retriever> members, Fusion fusion) {
        fusion.requireMembers(members.size());
        this.members = List.copyOf(members);
        this.fusion = fusion;
    }

    @Override
    public List<Hit> retrieve(String query, int limit) throws IOException {
        Limits.requireLimit(limit);
        Map<String, Hit> found = new LinkedHashMap<>();
        Map<String, Double> scores = new LinkedHashMap<>();
        for (int member = 0; member < members.size(); member++) {
            List<Hit> hits = members.get(member).retrieve(query, Math.max(limit, LEAST_DEPTH));
            List<Double> parts =
                    fusion.parts(member, hits.stream().map(Hit::score).toList());
            for (int i = 0; i < hits.size(); i++) {
                Hit hit = hits.get(i);
                found.putIfAbsent(hit.id(), hit);
                scores.merge(hit.id(), parts.get(i), Double::sum);
            }
        }
        List<Hit> fused = new ArrayList<>();
        found.forEach((id, hit) ->
                fused.add(new Hit(id, Optional.ofNullable(scores.get(id)).orElse(0.0), hit.text())));
        fused.sort(Comparator.comparingDouble(Hit::score).reversed()); // stable: ties as the first member has them
        return List.copyOf(fused.subList(0, Math.min(limit, fused.size())));
    }

    /** Nothing of its own to free. */
    @Override
    public void close() {
        // the members belong to whoever opened them
    }
}
