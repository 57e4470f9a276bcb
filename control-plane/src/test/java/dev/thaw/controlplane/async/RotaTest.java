package dev.thaw.controlplane.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RotaTest {
    private final Rota rota = new Rota();
    private int ids;

    /** Begins events of these as long as one has a place; how many of each. */
    private Map<String, Integer> fill(List<String> functions) {
        Map<String, Integer> begun = new HashMap<>();
        for (Optional<String> next = rota.next(functions); next.isPresent(); next = rota.next(functions)) {
            assertTrue(rota.claim("e" + ids++, next.get(), false));
            begun.merge(next.get(), 1, Integer::sum);
        }
        return begun;
    }

    @Test
    void aFunctionThatIsAloneLeavesPlacesForWhoeverComes() {
        int alone = fill(List.of("flood")).get("flood");
        assertEquals(Rota.PLACES * 2 / 3, alone);
        assertEquals(Optional.of("single"), rota.next(List.of("flood", "single")), "at once, however long the others run");
        assertTrue(rota.claim("one", "single", false));
    }

    @Test
    void functionsWithBacklogsGetEquallyMany() {
        List<String> all = IntStream.range(0, 4).mapToObj(i -> "f" + i).toList();
        Map<String, Integer> begun = fill(all);
        int least = begun.values().stream().mapToInt(i -> i).min().orElse(0);
        int most = begun.values().stream().mapToInt(i -> i).max().orElse(0);
        assertTrue(begun.size() == 4 && least >= 15 && most - least <= 1, begun.toString());
    }

    /** More of them than places, each with a backlog, each event short: nobody is left out for the order of names. */
    @Test
    void everyFunctionOfManyComesToItsTurn() {
        List<String> all = IntStream.range(0, 5 * Rota.PLACES).mapToObj(i -> "f" + i).toList();
        List<String> turns = new ArrayList<>();
        List<String> running = new ArrayList<>();
        while (turns.size() < 2 * all.size()) {
            Optional<String> next = rota.next(all);
            if (next.isEmpty()) {
                rota.release(running.removeFirst());
            } else {
                String id = "e" + ids++;
                assertTrue(rota.claim(id, next.get(), false));
                running.add(id);
                turns.add(next.get());
            }
        }
        assertEquals(all.size(), turns.subList(0, all.size()).stream().distinct().count());
        assertEquals(all.size(), turns.subList(all.size(), 2 * all.size()).stream().distinct().count());
    }

    @Test
    void aNamespaceOfManyFunctionsDoesNotCrowdOutAnother() {
        List<String> all = new ArrayList<>(IntStream.range(0, 200).mapToObj(i -> "crowd.f" + i).toList());
        fill(all);
        assertEquals(Optional.empty(), rota.next(all));
        all.add("other.f");
        assertEquals(Optional.of("other.f"), rota.next(all), "one beyond all places");
        assertTrue(rota.claim("one", "other.f", false));
        assertEquals(Optional.empty(), rota.next(all));
        rota.release("e0");
        rota.release("e1");
        all.add("third.f");
        assertEquals(Optional.of("third.f"), rota.next(all));
    }

    @Test
    void retriesAreFewAtOnce() {
        for (int i = 0; i < Rota.RETRIES_OF_FUNCTION; i++) {
            assertTrue(rota.mayRetry("fails"));
            rota.claim("r" + i, "fails", true);
        }
        assertFalse(rota.mayRetry("fails"));
        for (int f = 1; f < Rota.RETRIES / Rota.RETRIES_OF_FUNCTION; f++) {
            for (int i = 0; i < Rota.RETRIES_OF_FUNCTION; i++) {
                rota.claim("r" + f + "." + i, "fails" + f, true);
            }
        }
        assertFalse(rota.mayRetry("another"), "of all functions together");
        rota.release("r0");
        assertTrue(rota.mayRetry("another"));
    }

    @Test
    void anEventHasOnePlace() {
        assertTrue(rota.claim("e", "f", false));
        assertFalse(rota.claim("e", "f", true));
        rota.release("e");
        rota.release("e");
        assertEquals(0, rota.running("f"));
        rota.keepOnly(List.of());
        assertTrue(rota.claim("e", "f", true));
    }
}
