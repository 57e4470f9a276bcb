package dev.thaw.controlplane.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final Admission admission = new Admission(8);

    private static FunctionEntry function(String name, OptionalInt reserved) {
        FunctionDefinition plain = FunctionDefinition.of(Seeds.version(name, 1, "0".repeat(64)), Map.of());
        return new FunctionEntry(new FunctionDefinition(name, 1, List.of(), plain.versions(), plain.aliases(), plain.tags(), reserved,
                plain.eventInvoke()), 1);
    }

    private List<Runnable> fill(FunctionEntry function, int count) throws ThrottledException {
        List<Runnable> ends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ends.add(admission.admit(function));
        }
        return ends;
    }

    @Test
    void oneFunctionLeavesRoomForOthersAndHearsThatItIsItsOwnFault() throws ThrottledException {
        FunctionEntry flood = function("flood", OptionalInt.empty());
        List<Runnable> ends = fill(flood, 6);
        assertFalse(assertThrows(ThrottledException.class, () -> admission.admit(flood)).ofServer());
        FunctionEntry other = function("other", OptionalInt.empty());
        fill(other, 2);
        ThrottledException full = assertThrows(ThrottledException.class, () -> admission.admit(other));
        assertTrue(full.ofServer());
        assertEquals("ConcurrentInvocationLimitExceeded", full.reason());
        ends.getFirst().run();
        fill(other, 1);
        assertThrows(ThrottledException.class, () -> admission.admit(flood));
    }

    @Test
    void whatIsReservedIsNotTakenByOthersNorExceeded() throws ThrottledException {
        FunctionEntry mine = function("mine", OptionalInt.of(3));
        admission.reserved(3);
        assertEquals(5, admission.unreserved());
        fill(function("a", OptionalInt.empty()), 4);
        fill(function("b", OptionalInt.empty()), 1);
        List<Runnable> ends = fill(mine, 3);
        ThrottledException full = assertThrows(ThrottledException.class, () -> admission.admit(mine));
        assertEquals("ReservedFunctionConcurrentInvocationLimitExceeded", full.reason());
        assertFalse(full.ofServer());
        ends.forEach(Runnable::run);
        fill(mine, 3);
    }

    @Test
    void nothingRunsOfAFunctionThatReservesNothingForItself() {
        assertThrows(ThrottledException.class, () -> admission.admit(function("off", OptionalInt.of(0))));
    }
}
