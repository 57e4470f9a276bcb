package dev.thaw.controlplane.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What may pass between a client and a function. */
final class Headers {
    /** Of one connection, not of the message: RFC 9110, 7.6.1; and what the server itself computes. */
    private static final Set<String> OF_CONNECTION = Set.of("connection", "keep-alive", "proxy-connection", "proxy-authenticate",
            "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade");

    private Headers() {}

    static boolean isOfConnection(String name) {
        return OF_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
    }

    /** The names, in lower case, that Connection headers say are of the connection too. */
    static Set<String> listedIn(List<String> connectionHeaders) {
        return connectionHeaders.stream().flatMap(value -> Arrays.stream(value.split(",")))
                .map(name -> name.strip().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    /** A token, RFC 9110, 5.6.2. */
    static boolean isName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c ->
                c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }

    /** Visible ASCII, spaces, tabs and Latin 1; RFC 9110, 5.5. */
    static boolean isValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || c >= ' ' && c < 0x7f || c >= 0xa0 && c <= 0xff);
    }
}
