package dev.thaw.controlplane.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts refused credentials by where they come from, a minute at a time and for so many addresses at most, so that who guesses is told to
 * wait and does not fill the log. Nothing here keeps a right key out: an address may stand for many clients. Thread-safe.
 */
public final class Failures {
    /** Of an address, in a minute, that are told what was wrong. */
    static final int FREE = 60;
    /** Of those, and of all addresses together, that are logged. */
    private static final int LOGGED = 10;
    private static final int LOGGED_OF_ALL = 100;
    private static final int MOST_ADDRESSES = 4_096;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final LongSupplier nanoTime;
    private final Map<String, int[]> counts = new LinkedHashMap<>();
    private long minuteBegan;
    private int logged;

    /** @param nanoTime a clock as {@link System#nanoTime} */
    public Failures(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.minuteBegan = nanoTime.getAsLong();
    }

    /**
     * What is to be done with a refusal.
     *
     * @param slow whether the client is to be told to wait instead of what was wrong
     * @param log  whether it is worth a line
     * @param last whether it is the last that is until the next minute
     */
    public record Verdict(boolean slow, boolean log, boolean last) {}

    /** Counts one. */
    public synchronized Verdict refused(InetAddress from) {
        long now = nanoTime.getAsLong();
        if (now - minuteBegan >= MINUTE_NANOS) {
            minuteBegan = now;
            counts.clear();
            logged = 0;
        }
        String network = network(from);
        int[] count = counts.get(network);
        if (count == null) {
            if (counts.size() >= MOST_ADDRESSES) {
                counts.remove(counts.keySet().iterator().next());
            }
            count = new int[1];
            counts.put(network, count);
        }
        count[0]++;
        boolean slow = count[0] > FREE;
        boolean log = count[0] <= LOGGED && ++logged <= LOGGED_OF_ALL;
        return new Verdict(slow, log, log && (count[0] == LOGGED || logged == LOGGED_OF_ALL));
    }

    /** Who has one IPv6 address has 2^64 of them. */
    private static String network(InetAddress from) {
        byte[] address = from.getAddress();
        return HexFormat.of().formatHex(from instanceof Inet6Address ? Arrays.copyOf(address, 8) : address);
    }
}
