package dev.thaw.controlplane.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Markers of listings: the key of the last entry of a page, and a sum over it, the listing and the server, by which those that this server
 * gave are known from all others.
 *
 * <p>They name no position and need no entry to be there still: the next page begins with the first key after theirs. They say nothing that the
 * page before did not, so who made one up would win nothing by it; it is refused because it is a mistake. Immutable.
 */
public final class Markers {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SUM_BYTES = 16;
    /** The longest key: a function with its namespace and a version, in base64. */
    private static final int MOST_CHARS = 512;

    private final SecretKeySpec server;

    /** @param server what the server is known by among others, for as long as it has its data: markers outlive a start */
    public Markers(String server) {
        this.server = new SecretKeySpec(server.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * The marker of a page.
     *
     * @param listing what is listed, and of whom
     * @param last    key of the page's last entry
     */
    public String give(String listing, String last) {
        byte[] key = last.getBytes(StandardCharsets.UTF_8);
        byte[] marker = Arrays.copyOf(sum(listing, key), SUM_BYTES + key.length);
        System.arraycopy(key, 0, marker, SUM_BYTES, key.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(marker);
    }

    /**
     * The key after which the page begins that a request asks for; empty for the first.
     *
     * @param name    of the parameter
     * @param marker  its value; an empty one is none
     * @param listing as {@link #give} had it
     */
    public Optional<String> read(String name, Optional<String> marker, String listing) throws Problem {
        if (marker.isEmpty() || marker.get().isEmpty()) {
            return Optional.empty();
        }
        String last = key(marker.get());
        if (!MessageDigest.isEqual(give(listing, last).getBytes(StandardCharsets.UTF_8), marker.get().getBytes(StandardCharsets.UTF_8))) {
            throw Problem.invalidParameter(name + " is none that this server gave for this listing; it takes what the page before had, or nothing for the first page");
        }
        return Optional.of(last);
    }

    /** Anything for what is no marker. */
    private static String key(String marker) {
        try {
            byte[] bytes = marker.length() > MOST_CHARS ? new byte[0] : Base64.getUrlDecoder().decode(marker);
            return bytes.length < SUM_BYTES ? "" : new String(bytes, SUM_BYTES, bytes.length - SUM_BYTES, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private byte[] sum(String listing, byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(server);
            mac.update(listing.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(key), SUM_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
