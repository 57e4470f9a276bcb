package dev.thaw.controlplane.http;

import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Keeps web pages out of the API of a server that listens on loopback only.
 *
 * <p>A page whose name its owner lets point to 127.0.0.1 (DNS rebinding) is of the same origin as this server to a browser, and could
 * deploy. It cannot forge the Host header: there its name stands, which is none of this machine's.
 */
final class LoopbackGuard {
    /** An IPv4 address, or what looks like one. */
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private LoopbackGuard() {}

    static void check(RoutingContext context) {
        HostAndPort authority = context.request().authority();
        if (authority == null || isLocal(authority.host())) {
            context.next();
        } else {
            Replies.problem(context, Problem.forbidden("This server listens on loopback and its API is only for clients that call it"
                    + " localhost or by an IP address, not " + authority.host()));
        }
    }

    private static boolean isLocal(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.endsWith(".localhost") || name.contains(":") || name.startsWith("[")
                || IPV4.matcher(name).matches();
    }
}
