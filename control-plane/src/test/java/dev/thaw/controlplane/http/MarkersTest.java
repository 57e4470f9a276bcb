package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkersTest {
    private static final String LISTING = "ListFunctions default";

    private final Markers markers = new Markers("one");

    private static void refused(Markers markers, String marker, String listing) {
        Problem problem = assertThrows(Problem.class, () -> markers.read("Marker", Optional.of(marker), listing), marker);
        assertEquals("400 InvalidParameterValueException", problem.status() + " " + problem.type());
        assertTrue(problem.getMessage().startsWith("Marker is none that this server gave"), problem.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"f", "blue.f:0000000001", "$LATEST", "", "é😀"})
    void readsWhatItGaveAfterAStartToo(String key) throws Problem {
        assertEquals(Optional.of(key), new Markers("one").read("Marker", Optional.of(markers.give(LISTING, key)), LISTING));
    }

    @Test
    void noMarkerIsTheFirstPage() throws Problem {
        assertEquals(Optional.empty(), markers.read("Marker", Optional.empty(), LISTING));
        assertEquals(Optional.empty(), markers.read("Marker", Optional.of(""), LISTING));
    }

    @Test
    void refusesAnotherListingsAndAnotherServers() {
        String marker = markers.give(LISTING, "f");
        refused(markers, marker, "ListFunctions blue");
        refused(new Markers("other"), marker, LISTING);
    }

    @Test
    void refusesOneWithAnythingChanged() {
        String marker = markers.give(LISTING, "ab");
        for (int i = 0; i < marker.length(); i++) {
            for (char c : "Aa9_-=+/ \u00e9".toCharArray()) {
                String other = marker.substring(0, i) + c + marker.substring(i + 1);
                if (!other.equals(marker)) {
                    refused(markers, other, LISTING);
                }
            }
            if (i > 0) {
                refused(markers, marker.substring(0, i), LISTING);
            }
        }
        refused(markers, marker + "=", LISTING);
        refused(markers, "A".repeat(100_000), LISTING);
    }
}
