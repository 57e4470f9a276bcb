package dev.thaw.perf;

import dev.thaw.vmm.InputSource;

/** Standard input that has one event to give once it is offered, and then waits for more. Of one thread. */
public final class OneEvent implements InputSource {
    private byte[] event = {};
    private int at;

    void offer(byte[] bytes) {
        event = bytes;
        at = 0;
    }

    @Override
    public int read(byte[] into, int from, int length) {
        int count = Math.min(available(), length);
        if (count > 0) {
            System.arraycopy(event, at, into, from, count);
            at += count;
        }
        return count;
    }

    @Override
    public int available() {
        return at == event.length ? NOTHING_YET : event.length - at;
    }
}
