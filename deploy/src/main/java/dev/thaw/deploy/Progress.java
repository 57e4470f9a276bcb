package dev.thaw.deploy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells on standard error what is being waited for, once it has taken a second. Ends when closed. */
public final class Progress implements AutoCloseable {
    private final Terminal terminal;
    private final String what;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread teller;

    private Progress(Terminal terminal, String what) {
        this.terminal = terminal;
        this.what = what;
        this.teller = Thread.ofVirtual().name("progress").start(this::tell);
    }

    /** @param what is going on, as in "preparing hello" */
    public static Progress of(Terminal terminal, String what) {
        return new Progress(terminal, what);
    }

    private void tell() {
        try {
            for (int seconds = 1; !finished.await(1, TimeUnit.SECONDS); seconds++) {
                if (terminal.interactive()) {
                    terminal.err().print("\r\u001b[Kthaw: " + what + " … " + seconds + " s");
                    terminal.err().flush();
                } else if (seconds == 1) {
                    terminal.say(what + " …");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            teller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (terminal.interactive()) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }
}
