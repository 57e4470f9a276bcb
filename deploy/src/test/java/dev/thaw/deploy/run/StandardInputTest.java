package dev.thaw.deploy.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.vmm.InputSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class StandardInputTest {
    @Test
    void moreThanTheBufferHoldsArrivesInOrderAndThenTheEnd() throws InterruptedException {
        byte[] sent = new byte[300_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 7);
        }
        StandardInput input = new StandardInput();
        input.pump(new ByteArrayInputStream(sent), () -> {});
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] chunk = new byte[10_007];
        while (true) {
            long seen = input.arrivals();
            int count = input.read(chunk, 3, chunk.length - 3);
            if (count == InputSource.END) {
                break;
            }
            if (count == InputSource.NOTHING_YET) {
                input.awaitArrival(seen, 1_000_000_000L);
            } else {
                received.write(chunk, 3, count);
            }
        }
        assertArrayEquals(sent, received.toByteArray());
        assertEquals(InputSource.END, input.available());
    }

    @Test
    void beforeAnythingArrivesThereIsNothingYetAndNoEnd() {
        StandardInput input = new StandardInput();
        assertEquals(InputSource.NOTHING_YET, input.read(new byte[1], 0, 1));
        assertEquals(InputSource.NOTHING_YET, input.available());
    }
}
