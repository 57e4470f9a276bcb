package dev.thaw.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerTimingTest {
    @Test
    void durationsAndDescriptionsAreRead() {
        ServerTiming timing = ServerTiming.parse("queue;dur=0.272, bind;desc=rolled-back;dur=12.470,run;dur=10.152");
        assertEquals(0.272, timing.millis("queue"));
        assertEquals(12.47, timing.millis("bind"));
        assertEquals(10.152, timing.millis("run"));
        assertEquals(Optional.of("rolled-back"), timing.bind());
        assertEquals(0, timing.millis("total"));
    }

    @Test
    void aServerThatDoesNotDescribeTheBindIsUnderstood() {
        assertEquals(Optional.empty(), ServerTiming.parse("bind;dur=1").bind());
        assertEquals(Optional.of("new"), ServerTiming.parse("bind;dur=1;desc=\"new\"").bind());
    }

    @Test
    void anInitramfsIsAlignedAndEndsWithItsTrailer() {
        byte[] archive = Initramfs.of(new byte[] {1, 2, 3});
        String text = new String(archive, StandardCharsets.ISO_8859_1);
        assertEquals(0, archive.length % 4);
        assertEquals(0, text.indexOf("070701"));
        assertEquals(0, text.indexOf("\1\2\3") % 4);
        assertEquals(true, text.contains("TRAILER!!!"));
    }
}
