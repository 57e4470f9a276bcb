package dev.thaw.vmm.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * An address of the Internet, as far as a VM can tell, at which this process has servers: one of the documentation's (RFC 5737)
 * that the host's kernel takes for its own by a route, and that none of its interfaces has.
 */
public final class OutsideHost implements AutoCloseable {
    private final String address;
    private final List<AutoCloseable> servers = new ArrayList<>();

    private OutsideHost(String address) {
        this.address = address;
    }

    /** Skips the test where routes may not be set. */
    public static OutsideHost make() {
        long number = ProcessHandle.current().pid();
        String address = "198.51.100." + (1 + number % 254);
        Assumptions.assumeTrue(Needs.command("ip").isPresent(), "ip (iproute2) is not installed");
        Assumptions.assumeTrue(ip("replace", address) == 0, "routes may not be set: the test needs root");
        return new OutsideHost(address);
    }

    /** The same of IPv6 (RFC 3849). */
    public static OutsideHost makeV6() {
        String address = "2001:db8:7468:6177::" + Long.toHexString(ProcessHandle.current().pid() & 0xffff);
        Assumptions.assumeTrue(Needs.command("ip").isPresent(), "ip (iproute2) is not installed");
        Assumptions.assumeTrue(ip("replace", address) == 0, "routes may not be set, or there is no IPv6");
        return new OutsideHost(address);
    }

    private static int ip(String what, String address) {
        boolean six = address.contains(":");
        try {
            return new ProcessBuilder("ip", six ? "-6" : "-4", "route", what, "local", address + (six ? "/128" : "/32"), "dev", "lo")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    public String address() {
        return address;
    }

    public InetAddress inet() {
        return InetAddress.ofLiteral(address);
    }

    /** Where servers bind: Linux lets none bind to an IPv6 address that no interface has. */
    private InetAddress place() {
        return address.contains(":") ? InetAddress.ofLiteral("::") : inet();
    }

    /** What a server does with one connection, on a thread of its own; the connection is closed after it. */
    @FunctionalInterface
    public interface Talk {
        void with(Socket socket) throws IOException;
    }

    /** Serves connections. @return the port */
    public int serve(Talk talk) throws IOException {
        ServerSocket server = new ServerSocket(0, 512, place());
        servers.add(server);
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            talk.with(socket);
                        } catch (IOException e) {
                            // The other end's doing.
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server.getLocalPort();
    }

    /** Serves HTTP: "hello from PATH"; a path /to/URL is a redirect to that URL. @return the port */
    public int serveHttp() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(place(), 0), 64);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            boolean redirect = path.startsWith("/to/");
            byte[] body = ("hello from " + path).getBytes(StandardCharsets.UTF_8);
            if (redirect) {
                exchange.getResponseHeaders().add("Location", path.substring(4));
            }
            exchange.sendResponseHeaders(redirect ? 302 : 200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        servers.add(() -> server.stop(0));
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        ip("del", address);
    }
}
