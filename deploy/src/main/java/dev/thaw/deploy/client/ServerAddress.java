package dev.thaw.deploy.client;

import dev.thaw.deploy.Failure;
import java.net.URI;

/** Which server the client commands talk to: {@code --server URL}, else {@code THAW_SERVER}, else loopback. */
public final class ServerAddress {
    /** Where {@code thaw server} listens unless told otherwise. */
    public static final String DEFAULT = "http://127.0.0.1:8080";

    private ServerAddress() {}

    /** Checks an address: http or https, a host, no path. Fails with a usage error that quotes it. */
    public static URI parse(String text) {
        String trimmed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        try {
            URI address = URI.create(trimmed);
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (web && address.getHost() != null && address.getRawPath().isEmpty() && address.getRawQuery() == null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // falls through to the same advice
        }
        throw new Failure(Failure.USAGE, "'" + text + "' is not a server's URL: write it like " + DEFAULT);
    }
}
