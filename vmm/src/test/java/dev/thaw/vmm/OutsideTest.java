package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.net.EgressPolicy;
import dev.thaw.vmm.snapshot.Snapshot;
import dev.thaw.vmm.testing.NativeRun;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.OutsideHost;
import dev.thaw.vmm.testing.PythonFinder;
import dev.thaw.vmm.testing.Result;
import dev.thaw.vmm.testing.ScriptedInput;
import dev.thaw.vmm.testing.Vm;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A program reaches what its egress list allows, and nothing else, however it asks. The outside is this process. */
class OutsideTest {
    private static final Path SCRIPTS = Path.of("src/test/guest/python").toAbsolutePath();
    private static final List<String> ENVIRONMENT = List.of("PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1");

    private static Optional<OutsideHost> outside = Optional.empty();
    private static String host = "";

    @BeforeAll
    static void begin() {
        Needs.kvm();
        outside = Optional.of(OutsideHost.make());
        host = outside.get().address();
    }

    @AfterAll
    static void end() {
        outside.ifPresent(OutsideHost::close);
    }

    private static OutsideHost outside() {
        return outside.orElseThrow();
    }

    private static PythonFinder python() {
        Optional<PythonFinder> found = PythonFinder.found();
        Assumptions.assumeTrue(found.isPresent(), "there is no Python 3.11 or newer");
        return found.get();
    }

    /** The addresses of the tests' names; any other is unknown. */
    private static List<InetAddress> resolve(String name) throws UnknownHostException {
        Map<String, List<String>> names = Map.of("api.example.com", List.of(host), "www.example.com", List.of(host),
                "loop.example.com", List.of("127.0.0.1", "::1", "0.0.0.0"), "meta.example.com", List.of("169.254.169.254", "fd00:ec2::254"),
                "private.example.com", List.of("10.0.0.1", "192.168.0.1", "fe80::1", "64:ff9b::10.0.0.1", "2002:7f00:1::"),
                "mixed.example.com", List.of("10.0.0.1", host), "host.example.com", List.of(addressOfHost()));
        if (!names.containsKey(name)) {
            throw new UnknownHostException(name + ": Name or service not known");
        }
        return names.get(name).stream().map(InetAddress::ofLiteral).toList();
    }

    private static String addressOfHost() {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress()).map(InetAddress::getHostAddress)
                    .findFirst().orElse("127.0.0.1");
        } catch (IOException e) {
            return "127.0.0.1";
        }
    }

    private static Vm vm(List<String> egress) {
        return python().mountedIn(new Vm(SCRIPTS)).mount(SCRIPTS.toString(), SCRIPTS, false).memory(1L << 30)
                .egress(EgressPolicy.parse(egress).withNames(OutsideTest::resolve));
    }

    /** What the expressions say, a line each. */
    private static List<String> ask(List<String> egress, String... expressions) {
        List<String> arguments = new ArrayList<>(List.of(SCRIPTS.resolve("outside.py").toString()));
        arguments.addAll(List.of(expressions));
        Result result = vm(egress).run(python().executable().toString(), arguments, ENVIRONMENT);
        assertEquals(0, result.status(), result::all);
        return result.text().lines().toList();
    }

    private static String call(String function, Object... arguments) {
        StringBuilder text = new StringBuilder(function).append('(');
        for (Object argument : arguments) {
            text.append(argument instanceof String s && !s.startsWith("=") ? "'" + s + "'"
                    : argument.toString().replaceFirst("^=", "")).append(", ");
        }
        return text.append(')').toString();
    }

    @Test
    void anAllowedAddressAnswersAndEverythingElseIsRefused() throws IOException {
        int port = outside().serveHttp();
        int other = outside().serveHttp();
        assertEquals(List.of("hello from /a", "PermissionError [Errno 13] Permission denied",
                        "PermissionError [Errno 13] Permission denied", "PermissionError [Errno 13] Permission denied",
                        "gaierror [Errno -2] Name or service not known", "('192.0.0.2', True, True)"),
                ask(List.of(host + ":" + port), call("get", "http://" + host + ":" + port + "/a"), call("tcp", host, other),
                        call("tcp", "8.8.8.8", 53), call("udp", host, port + 1), call("names", "api.example.com"),
                        call("ends", host, port)));
    }

    @Test
    void withoutAListNothingIsReached() throws IOException {
        int port = outside().serveHttp();
        assertEquals(List.of("PermissionError [Errno 13] Permission denied", "gaierror [Errno -2] Name or service not known"),
                ask(List.of(), call("tcp", host, port), call("names", "api.example.com")));
    }

    @Test
    void anAllowedNameIsResolvedAndItsAddressReachedFromThenOn() throws IOException {
        int port = outside().serveHttp();
        int other = outside().serveHttp();
        assertEquals(List.of("PermissionError [Errno 13] Permission denied", "['" + host + "']", "connected",
                        "hello from /b", "PermissionError [Errno 13] Permission denied",
                        "gaierror [Errno -2] Name or service not known", "gaierror [Errno -2] Name or service not known",
                        "gaierror [Errno -2] Name or service not known", "['127.0.0.1']"),
                ask(List.of("API.example.com:" + port, "*.nowhere.example"), call("tcp", host, port), call("names", "api.example.com"),
                        call("tcp", host, port), call("get", "http://api.example.com:" + port + "/b"), call("tcp", host, other),
                        call("names", "www.example.com"), call("names", "example.com"), call("names", "no.nowhere.example"),
                        call("names", "localhost") + "[:1]"));
    }

    @Test
    void aRedirectDoesNotLeadAroundTheList() throws IOException {
        int port = outside().serveHttp();
        int forbidden = outside().serveHttp();
        int local = new java.net.ServerSocket(0, 5, InetAddress.getLoopbackAddress()).getLocalPort();
        String from = "http://" + host + ":" + port + "/to/";
        assertEquals(List.of("hello from /ok", "URLError [Errno 13] Permission denied", "URLError [Errno 111] Connection refused",
                        "URLError [Errno 111] Connection refused", "URLError [Errno 13] Permission denied",
                        "URLError [Errno -2] Name or service not known"),
                ask(List.of(host + ":" + port), call("get", from + "http://" + host + ":" + port + "/ok"),
                        call("get", from + "http://" + host + ":" + forbidden + "/no"), call("get", from + "http://127.0.0.1:" + local + "/"),
                        call("get", from + "http://2130706433:" + local + "/"), call("get", from + "http://169.254.169.254/latest"),
                        call("get", from + "http://www.example.com:" + port + "/")));
    }

    @Test
    void anAnswerThatPointsInsideIsNotTold() throws IOException {
        int port = outside().serveHttp();
        String none = "gaierror [Errno -3] Temporary failure in name resolution";
        assertEquals(List.of(none, none, none, none, "['" + host + "']", "PermissionError [Errno 13] Permission denied",
                        "PermissionError [Errno 13] Permission denied", "connected"),
                ask(List.of("*.example.com"), call("names", "loop.example.com"), call("names", "meta.example.com"),
                        call("names", "private.example.com"), call("names", "host.example.com"), call("names", "mixed.example.com"),
                        call("tcp", "10.0.0.1", 80), call("tcp", addressOfHost(), 80), call("tcp", host, port)));
        assertEquals(List.of("['10.0.0.1', '" + host + "']", "['169.254.169.254']"),
                ask(List.of("*.example.com", "10.0.0.0/8", "169.254.169.254:80"), call("names", "mixed.example.com"),
                        call("names", "meta.example.com")));
    }

    @Test
    void anAddressInAnotherFormIsTheSameAddress() throws IOException {
        int port = outside().serveHttp();
        byte[] b = outside().inet().getAddress();
        String hex = String.format("%02x%02x:%02x%02x", b[0], b[1], b[2], b[3]);
        String refused = "PermissionError [Errno 13] Permission denied";
        List<String> said = ask(List.of(host, "::/0", "0.0.0.0/0"), call("tcp", "::ffff:" + host, port, "=socket.AF_INET6"),
                call("tcp", "::ffff:10.0.0.1", 80, "=socket.AF_INET6"), call("tcp", "::ffff:169.254.169.254", 80, "=socket.AF_INET6"),
                call("tcp", "64:ff9b::7f00:1", 80, "=socket.AF_INET6"), call("tcp", "2002:7f00:1::", 80, "=socket.AF_INET6"),
                call("tcp", "::127.0.0.1", 80, "=socket.AF_INET6"), call("tcp", "0.0.0.1", 80), call("tcp", "0.0.0.0", 80),
                call("tcp", "::ffff:127.0.0.1", 80, "=socket.AF_INET6"), call("tcp", "::1", 80, "=socket.AF_INET6"),
                call("udp", "224.0.0.1", 80), call("udp", "255.255.255.255", 80));
        assertEquals(List.of("connected", refused, refused, refused, refused, refused, refused,
                "ConnectionRefusedError [Errno 111] Connection refused", "ConnectionRefusedError [Errno 111] Connection refused",
                "ConnectionRefusedError [Errno 111] Connection refused", refused, refused), said);
        assertEquals(List.of(refused, refused), ask(List.of("192.0.2.77"), call("tcp", "64:ff9b::" + hex, port, "=socket.AF_INET6"),
                call("tcp", "::ffff:" + host, port, "=socket.AF_INET6")));
    }

    @Test
    void aRefusedConnectionIsRefusedAlsoToAnEventLoop() throws IOException {
        int port = outside().serveHttp();
        int closed;
        try (java.net.ServerSocket server = new java.net.ServerSocket(0, 1, outside().inet())) {
            closed = server.getLocalPort();
        }
        // EPOLLOUT; and EPOLLIN|OUT|ERR|HUP as for any failed connect.
        assertEquals(List.of("('EINPROGRESS', 4, 0)", "ConnectionRefusedError [Errno 111] Connection refused"),
                ask(List.of(host), call("pending", host, port), call("tcp", host, closed)));
        String failed = ask(List.of(host), call("pending", host, closed)).getFirst();
        assertTrue(failed.startsWith("('EINPROGRESS', ") && failed.endsWith("'ECONNREFUSED')"), failed);
    }

    @Test
    void muchGoesBothWaysWhole() throws IOException {
        int size = 48 << 20;
        int port = outside().serve(socket -> {
            byte[] noise = new byte[1 << 16];
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    for (int sent = 0; sent < size; sent += noise.length) {
                        socket.getOutputStream().write(noise);
                    }
                } catch (IOException e) {
                    // The reader finds out.
                }
            });
            MessageDigest digest = sha();
            byte[] bytes = new byte[1 << 16];
            InputStream in = socket.getInputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                digest.update(bytes, 0, n);
            }
            join(writer);
            socket.getOutputStream().write(HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII));
        });
        assertEquals(List.of("(" + (size + 64) + ", True)"), ask(List.of(host), call("digest", host, port, size)));
    }

    private static MessageDigest sha() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aSlowReaderHoldsTheSenderUpAndLosesNothing() throws IOException {
        int port = outside().serve(socket -> {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            for (int i = 0; i < 300_000; i++) {
                out.write(("line " + i + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
        });
        assertEquals(List.of("3488890", "True"), ask(List.of(host), call("len", "=" + call("read_all", host, port)),
                call("read_all", host, port) + ".endswith(b'line 299999\\n')"));
    }

    @Test
    void aServersResetIsTheProgramsReset() throws IOException {
        int port = outside().serve(socket -> {
            socket.getInputStream().read(new byte[100]);
            socket.setSoLinger(true, 0);
        });
        assertEquals(List.of("ConnectionResetError [Errno 104] Connection reset by peer"),
                ask(List.of(host), call("reset", host, port)));
    }

    @Test
    void manyConnectionsAtOnceAreKeptApart() throws IOException {
        int port = outside().serve(socket -> {
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
        });
        assertEquals(List.of("(True, 500)"), ask(List.of(host), call("many", host, port, 500)));
    }

    @Test
    void messagesGoAndComeByUdp() throws IOException {
        try (DatagramSocket server = new DatagramSocket(0, outside().inet())) {
            Thread.ofVirtual().start(() -> echo(server));
            int port = server.getLocalPort();
            int closed;
            try (DatagramSocket gone = new DatagramSocket(0, outside().inet())) {
                closed = gone.getLocalPort();
            }
            assertEquals(List.of("(b'ping', 4, True)", "(b'xxxxxxxxxxxxxxxxxxxx', 60000, True)", "b'ping'",
                            "ConnectionRefusedError [Errno 111] Connection refused",
                            "(b'ping', 4, True)", "PermissionError [Errno 13] Permission denied"),
                    ask(List.of("udp://" + host), call("udp", host, port), call("udp", host, port, "=b'x' * 60000"),
                            call("connected_udp", host, port), call("connected_udp", host, closed),
                            call("udp", "::ffff:" + host, port, "=b'ping'", "=socket.AF_INET6"), call("tcp", host, port)));
        }
    }

    private static void echo(DatagramSocket server) {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            while (true) {
                packet.setLength(65_536);
                server.receive(packet);
                server.send(packet);
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Test
    void afterAThawOpenConnectionsAreResetAndNewOnesWork() throws IOException {
        int port = outside().serve(socket -> {
            byte[] bytes = new byte[100];
            InputStream in = socket.getInputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                socket.getOutputStream().write(bytes, 0, n);
            }
        });
        Path folder = Files.createTempDirectory("thaw-outside");
        try (DatagramSocket server = new DatagramSocket(0, outside().inet())) {
            Thread.ofVirtual().start(() -> echo(server));
            List<String> arguments = List.of(SCRIPTS.resolve("outside_frozen.py").toString(), host, String.valueOf(port),
                    String.valueOf(server.getLocalPort()));
            Vm first = vm(List.of(host)).stdin(new ScriptedInput());
            try (Machine machine = first.boot(python().executable().toString(), arguments, ENVIRONMENT)) {
                runUntil(machine, first, "ready\n");
                machine.freeze(folder);
            }
            try (Snapshot snapshot = Snapshot.open(folder)) {
                for (int i = 0; i < 3; i++) {
                    Vm vm = vm(List.of(host)).stdin(ScriptedInput.of("go\n"));
                    try (Machine machine = Machine.thaw(vm.config(), snapshot)) {
                        // EPOLLIN | EPOLLERR | EPOLLHUP on each.
                        assertEquals("[(0, 25), (1, 25), (2, 25)]\nConnectionResetError b'' BrokenPipeError\n"
                                + "ConnectionResetError b''\nb'hello\\n' ConnectionResetError\nb'again\\n'\nb'after'\n",
                                vm.result(vm.run(machine)).text());
                    }
                }
            }
        } finally {
            NativeRun.delete(folder);
        }
    }

    /** Runs until the program has written this, and stops it. */
    private static void runUntil(Machine machine, Vm vm, String text) {
        Thread.ofVirtual().start(() -> {
            StringBuilder said = new StringBuilder();
            while (said.indexOf(text) < 0) {
                said.append(vm.take());
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    return;
                }
            }
            machine.stop();
        });
        assertInstanceOf(Outcome.Stopped.class, vm.run(machine), () -> vm.result(new Outcome.Idle()).all());
    }

    @Test
    void anAddressOfIpv6IsReachedAndAnotherIsNot() throws IOException {
        try (OutsideHost six = OutsideHost.makeV6()) {
            int port = six.serveHttp();
            String refused = "PermissionError [Errno 13] Permission denied";
            assertEquals(List.of("hello from /six", refused, refused, refused),
                    ask(List.of("[2001:db8:7468::/48]:" + port), call("get", "http://[" + six.address() + "]:" + port + "/six"),
                            call("tcp", "2001:db8:1::1", port, "=socket.AF_INET6"), call("tcp", six.address(), 1, "=socket.AF_INET6"),
                            call("tcp", host, port)));
        }
    }

    @Test
    void aVmThatIsClosedLetsTheHostsSocketsGo() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        CompletableFuture<String> end = new CompletableFuture<>();
        int port = outside().serve(socket -> {
            try {
                socket.getInputStream().read();
                connected.countDown();
                end.complete(socket.getInputStream().read() < 0 ? "end" : "more");
            } catch (IOException e) {
                end.complete("reset");
            }
        });
        Vm vm = vm(List.of(host)).stdin(new ScriptedInput());
        try (Machine machine = vm.boot(python().executable().toString(),
                List.of(SCRIPTS.resolve("outside.py").toString(), call("get", "http://" + host + ":" + port)), ENVIRONMENT)) {
            Thread stopper = Thread.ofVirtual().start(() -> {
                try {
                    connected.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                machine.stop();
            });
            assertInstanceOf(Outcome.Stopped.class, vm.run(machine));
            stopper.join();
        }
        assertTrue(List.of("more", "end", "reset").contains(end.get(120, TimeUnit.SECONDS)));
    }
}
