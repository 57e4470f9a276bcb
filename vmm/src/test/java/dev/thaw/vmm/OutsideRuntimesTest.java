package dev.thaw.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.vmm.linux.net.EgressPolicy;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.OutsideHost;
import dev.thaw.vmm.testing.Result;
import dev.thaw.vmm.testing.Vm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP clients of curl, Node.js and the JDK reach an allowed name and are told no of any other. */
class OutsideRuntimesTest {
    private static final String JAVA = """
            import java.net.URI;
            import java.net.InetAddress;
            import java.net.NetworkInterface;
            import java.net.http.*;

            class Ask {
                public static void main(String[] urls) throws Exception {
                    HttpClient client = HttpClient.newHttpClient();
                    for (String url : urls) {
                        try {
                            System.out.println(client.send(HttpRequest.newBuilder(URI.create(url)).build(),
                                    HttpResponse.BodyHandlers.ofString()).body());
                        } catch (java.io.IOException e) {
                            Throwable cause = e;
                            while (cause.getCause() != null) {
                                cause = cause.getCause();
                            }
                            System.out.println(cause.getClass().getSimpleName());
                        }
                    }
                    System.out.println(InetAddress.getLocalHost().getHostAddress());
                    System.out.println(NetworkInterface.networkInterfaces().map(NetworkInterface::getName).sorted().toList());
                    System.exit(0);
                }
            }
            """;
    private static final String GO = """
            package main

            import (
                "errors"
                "fmt"
                "io"
                "net"
                "net/http"
                "os"
                "syscall"
            )

            func main() {
                done := make(chan string)
                for _, url := range os.Args[1:] {
                    go func(url string) {
                        response, err := http.Get(url)
                        var dns *net.DNSError
                        var errno syscall.Errno
                        if errors.As(err, &dns) {
                            done <- fmt.Sprint("not found: ", dns.IsNotFound)
                        } else if errors.As(err, &errno) {
                            done <- errno.Error()
                        } else if err != nil {
                            done <- err.Error()
                        } else {
                            body, _ := io.ReadAll(response.Body)
                            done <- string(body)
                        }
                    }(url)
                    fmt.Println(<-done)
                }
                interfaces, err := net.Interfaces()
                for _, i := range interfaces {
                    addresses, err := i.Addrs()
                    fmt.Println(i.Name, i.Flags, addresses, err)
                }
                fmt.Println(err)
            }
            """;
    private static final String NODE = """
            (async () => {
                for (const url of process.argv.slice(1)) {
                    try {
                        console.log(await (await fetch(url)).text());
                    } catch (e) {
                        console.log(e.cause ? e.cause.code : e);
                    }
                }
                console.log(Object.keys(require('os').networkInterfaces()).sort().join());
                console.log(await require('dns').promises.resolve4('api.example.com'));
            })();
            """;

    private static List<InetAddress> only(String host, String name) throws UnknownHostException {
        if (name.equals("api.example.com")) {
            return List.of(InetAddress.ofLiteral(host));
        }
        throw new UnknownHostException(name + ": Name or service not known");
    }

    private static Result run(OutsideHost outside, int port, Path folder, Path program, List<String> arguments) {
        Path home = Path.of(System.getProperty("java.home"));
        return new Vm(folder).mount(home.toString(), home, false).memory(2L << 30).egress(EgressPolicy.parse(List.of("*.example.com:" + port))
                .withNames(name -> only(outside.address(), name))).run(program.toString(), arguments, List.of("PATH=/usr/bin:/bin"));
    }

    private static Path command(String name) {
        Needs.kvm();
        Optional<Path> found = Needs.command(name);
        Assumptions.assumeTrue(found.isPresent(), name + " is not installed");
        try {
            return found.get().toRealPath();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void curl(@TempDir Path folder) throws IOException {
        Path curl = command("curl");
        try (OutsideHost outside = OutsideHost.make()) {
            int port = outside.serveHttp();
            String url = "http://api.example.com:" + port;
            Result result = run(outside, port, folder, curl, List.of("-sS", "-L", url + "/one", url + "/to/" + url + "/two"));
            assertEquals("hello from /onehello from /two", result.text(), result::all);
            // CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT
            assertEquals(6, run(outside, port, folder, curl, List.of("-sS", "http://other.test/")).status());
            assertEquals(7, run(outside, port, folder, curl, List.of("-sS", "-L", url + "/to/http://10.0.0.1/")).status());
        }
    }

    @Test
    void node(@TempDir Path folder) throws IOException {
        Path node = command("node");
        try (OutsideHost outside = OutsideHost.make()) {
            int port = outside.serveHttp();
            String url = "http://api.example.com:" + port;
            Result result = run(outside, port, folder, node, List.of("-e", NODE, url + "/one", url + "/to/" + url + "/two",
                    url + "/to/http://10.0.0.1/", "http://other.test/", "http://127.0.0.1:" + port + "/"));
            assertEquals("hello from /one\nhello from /two\nEACCES\nENOTFOUND\nECONNREFUSED\neth0,lo\n[ '" + outside.address()
                    + "' ]\n", result.text(), result::all);
        }
    }

    @Test
    void go(@TempDir Path folder) throws IOException, InterruptedException {
        Path go = command("go");
        Files.writeString(folder.resolve("ask.go"), GO);
        ProcessBuilder build = new ProcessBuilder(go.toString(), "build", "-o", "ask", "ask.go").directory(folder.toFile()).inheritIO();
        build.environment().putAll(Map.of("CGO_ENABLED", "0", "GOCACHE", folder.resolve("cache").toString(), "GO111MODULE", "off"));
        assertEquals(0, build.start().waitFor());
        try (OutsideHost outside = OutsideHost.make()) {
            int port = outside.serveHttp();
            String url = "http://api.example.com:" + port;
            Result result = run(outside, port, folder, Path.of(Vm.PROGRAM, "ask"), List.of(url + "/one", url + "/to/" + url + "/two",
                    url + "/to/http://10.0.0.1/", "http://other.test/", "http://127.0.0.1:" + port + "/"));
            assertEquals("hello from /one\nhello from /two\npermission denied\nnot found: true\nconnection refused\n"
                    + "lo up|loopback [127.0.0.1/8 ::1/128] <nil>\neth0 up|broadcast|multicast [192.0.0.2/29 fd74:6861:7700::2/64] <nil>\n<nil>\n",
                    result.text(), result::all);
        }
    }

    @Test
    void java(@TempDir Path folder) throws IOException, InterruptedException {
        Needs.kvm();
        Path home = Path.of(System.getProperty("java.home")).toRealPath();
        Path java = home.resolve("bin/java");
        Path javac = home.resolve("bin/javac");
        Files.writeString(folder.resolve("Ask.java"), JAVA);
        assertEquals(0, new ProcessBuilder(javac.toString(), "--release", "17", "-d", folder.toString(), folder.resolve("Ask.java").toString())
                .inheritIO().start().waitFor());
        try (OutsideHost outside = OutsideHost.make()) {
            int port = outside.serveHttp();
            String url = "http://api.example.com:" + port;
            Result result = run(outside, port, folder, java, List.of("-XX:+UseSerialGC", "-cp", Vm.PROGRAM, "Ask", url + "/one",
                    url + "/two", "http://10.0.0.1/", "http://other.test/", "http://127.0.0.1:" + port + "/"));
            // EACCES is a BindException to the JDK; a refused connection's innermost cause is the closed channel, natively too.
            assertEquals("hello from /one\nhello from /two\nBindException\nUnresolvedAddressException\nClosedChannelException\n192.0.0.2\n[eth0, lo]\n",
                    result.text(), result::all);
        }
    }
}
