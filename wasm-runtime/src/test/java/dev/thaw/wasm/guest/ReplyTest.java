package dev.thaw.wasm.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.wasm.WasmOutcome;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What became of a module in a VM is what its runtime said, or nothing. */
class ReplyTest {
    @Test
    void isReadAsItWasWritten() {
        for (WasmOutcome outcome : List.of(new WasmOutcome.Trapped("unreachable", List.of("inner", "_start")), new WasmOutcome.TimedOut(),
                new WasmOutcome.LimitExceeded("stack"), new WasmOutcome.Trapped("", List.of()))) {
            assertEquals(Optional.of(outcome), Reply.read(Reply.write(outcome)));
        }
        byte[] output = {1, 2, 3};
        assertArrayEquals(output, assertInstanceOf(WasmOutcome.Answered.class,
                Reply.read(Reply.write(new WasmOutcome.Answered(output))).orElseThrow()).output());
        assertEquals(3, assertInstanceOf(WasmOutcome.Exited.class,
                Reply.read(Reply.write(new WasmOutcome.Exited(3, new byte[0]))).orElseThrow()).code());
    }

    @Test
    void aDeepBacktraceIsCut() {
        byte[] reply = Reply.write(new WasmOutcome.Trapped("x".repeat(100_000), Collections.nCopies(10_000, "f".repeat(1_000))));
        assertTrue(reply.length < 64 << 10, "fits beside a response: " + reply.length);
        assertEquals(100, assertInstanceOf(WasmOutcome.Trapped.class, Reply.read(reply).orElseThrow()).backtrace().size());
    }

    @Test
    void wildBytesAreNoOutcomeOrAnyOne() {
        SplittableRandom random = new SplittableRandom(3);
        assertEquals(Optional.empty(), Reply.read(new byte[0]));
        for (int i = 0; i < 50_000; i++) {
            byte[] wild = new byte[random.nextInt(1, 40)];
            random.nextBytes(wild);
            wild[0] = (byte) random.nextInt(7);
            assertTrue(Reply.read(wild).isEmpty() || !Reply.read(wild).orElseThrow().toString().isEmpty());
        }
    }
}
