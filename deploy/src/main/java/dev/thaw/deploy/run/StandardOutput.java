package dev.thaw.deploy.run;

import dev.thaw.vmm.OutputSink;
import java.io.PrintStream;

/** Where a guest's output goes on the host, at once. When nobody reads it any more, it says so and swallows the rest. */
public final class StandardOutput implements OutputSink {
    private final PrintStream to;
    private final Runnable onBroken;
    private volatile boolean broken;

    /**
     * @param to unbuffered
     * @param onBroken called once, on the VM's thread, when the reader has gone
     */
    public StandardOutput(PrintStream to, Runnable onBroken) {
        this.to = to;
        this.onBroken = onBroken;
    }

    @Override
    public void write(byte[] bytes, int at, int length) {
        if (broken) {
            return;
        }
        to.write(bytes, at, length);
        if (to.checkError()) { // flushes too; the one way in which a PrintStream tells of EPIPE
            broken = true;
            onBroken.run();
        }
    }

    /** Whether the reader has gone: {@code thaw run … | head}. */
    public boolean isBroken() {
        return broken;
    }
}
