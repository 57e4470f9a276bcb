package dev.thaw.invoker.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.InputSource;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StdioContractTest {
    private static void print(StdioContract contract, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertTrue(contract.tookStdout(bytes, 0, bytes.length));
    }

    private static String response(StdioContract contract) {
        return new String(assertInstanceOf(Answer.Response.class, contract.answerAtExit().orElseThrow()).payload(),
                StandardCharsets.UTF_8);
    }

    @Test
    void isReadyWhenInputIsAskedFor() {
        StdioContract contract = new StdioContract();
        assertFalse(contract.ready());
        assertEquals(InputSource.NOTHING_YET, contract.stdin().read(new byte[4], 0, 4));
        assertTrue(contract.ready());
    }

    @Test
    void givesTheEventAndThenItsEnd() {
        StdioContract contract = new StdioContract();
        contract.stdin().read(new byte[1], 0, 1);
        contract.offer(new Event("id", "abc".getBytes(StandardCharsets.US_ASCII), 0, "arn", Optional.empty(), Optional.empty()));
        byte[] into = new byte[4];
        assertEquals(2, contract.stdin().read(into, 0, 2));
        assertEquals(1, contract.stdin().read(into, 2, 2));
        assertEquals("abc", new String(into, 0, 3, StandardCharsets.US_ASCII));
        assertEquals(InputSource.END, contract.stdin().read(into, 0, 4));
        assertEquals(InputSource.END, contract.stdin().available());
    }

    @Test
    void beginsEveryResponseWithWhatWasPrintedBeforeTheFreeze() {
        StdioContract frozen = new StdioContract();
        print(frozen, "hello ");
        for (String name : new String[] {"a", "b"}) {
            StdioContract thawed = new StdioContract();
            thawed.load(frozen.save());
            assertTrue(thawed.ready());
            print(thawed, name);
            assertEquals("hello " + name, response(thawed));
        }
    }

    @Test
    void keepsNoMoreThanAResponseMayHave() {
        StdioContract contract = new StdioContract();
        byte[] megabyte = new byte[1 << 20];
        for (int i = 0; i < 9; i++) {
            contract.tookStdout(megabyte, 0, megabyte.length);
        }
        assertEquals(9 << 20, assertInstanceOf(Answer.TooLarge.class, contract.answerAtExit().orElseThrow()).bytes());
    }
}
