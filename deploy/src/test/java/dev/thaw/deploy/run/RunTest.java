package dev.thaw.deploy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.Terminal;
import dev.thaw.deploy.ThawCommand;
import dev.thaw.deploy.Typed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code thaw run} beside the same program run natively. */
class RunTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path folder;

    @BeforeEach
    void kvm() {
        Kvm.needed();
    }

    private static Typed inVm(byte[] in, List<String> options, String... program) {
        return Typed.with(in, PATH, Stream.of(List.of("run"), options, List.of("--"), List.of(program))
                .flatMap(List::stream).toArray(String[]::new));
    }

    private static Typed inVm(String... program) {
        return inVm(new byte[0], List.of(), program);
    }

    /** The status is a shell's: 128 + n for a signal, as Java reports it too. */
    private Typed natively(byte[] in, String... program) throws IOException, InterruptedException {
        Path input = Files.write(folder.resolve("in"), in);
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(program).redirectInput(input.toFile()).redirectError(err.toFile()).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "HOME", "/tmp", "LANG", "C.UTF-8"));
        Process process = builder.start();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        return new Typed(process.waitFor(), out.toString(StandardCharsets.UTF_8), Files.readString(err));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "echo out; echo err >&2; exit 3",
        "exit 0",
        "exit 255",
        "printf 'no newline'",
        "for word in 'ä ö' '' 日本; do echo \"[$word]\"; done",
        "while read -r line; do echo \"<$line>\"; done",
        "read -r first; echo \"$first\"; exit 9",
        "cd /usr/bin && pwd",
        "cd /no/such/folder",
        "set -u; echo $undefined",
        "umask; test -d /tmp && test -w /tmp && echo writable",
    })
    void aShellScriptDoesTheSameAsNatively(String script) throws Exception {
        byte[] in = "one\ntwo three\n".getBytes(StandardCharsets.UTF_8);
        String[] program = {"/bin/sh", "-c", script};
        assertEquals(natively(in, program), inVm(in, List.of(), program));
    }

    @Test
    void muchInputGoesThroughUnchanged() throws Exception {
        byte[] in = new byte[700_000];
        for (int i = 0; i < in.length; i++) {
            in[i] = (byte) ('a' + i * 31 % 26);
        }
        assertEquals(natively(in, "/bin/cat"), inVm(in, List.of(), "cat"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6, 9, 11, 15})
    void aSignalEndsItWithTheShellsStatus(int signal) throws Exception {
        String[] program = {"/bin/sh", "-c", "echo before; kill -" + signal + " $$; echo after"};
        Typed run = inVm(program);
        assertEquals(128 + signal, run.status());
        // Not compared with a native run: it inherits what this process ignores, SIGHUP under nohup for one.
        assertEquals("before\n", run.out());
        assertTrue(run.err().contains("signal " + signal), run.err());
    }

    @Test
    void theTimeLimitEndsItWith124WhetherItRunsWaitsOrSleeps() {
        List<String> limit = List.of("--timeout", "300ms");
        for (Typed run : List.of(
                inVm(new byte[0], limit, "/bin/sh", "-c", "while :; do :; done"), inVm(new byte[0], limit, "sleep", "1000"))) {
            assertEquals(124, run.status());
            assertTrue(run.err().contains("the time limit was reached"), run.err());
        }
    }

    @Test
    void aProgramThatWaitsForInputThatNeverComesIsEndedByTheTimeLimit() {
        InputStream never = new InputStream() {
            @Override
            public int read() {
                try {
                    Thread.sleep(Long.MAX_VALUE);
                } catch (InterruptedException e) {
                    throw new UncheckedIOException(new IOException(e));
                }
                return -1;
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(err, true, StandardCharsets.UTF_8);
        int status = ThawCommand.execute(
                Terminal.of(never, printed, printed, PATH), "run", "--timeout", "300ms", "--", "cat");
        assertEquals(124, status);
    }

    @Test
    void theEnvironmentIsItsOwnAndWhatIsGiven() {
        Typed run = Typed.with(new byte[0], Map.of("PATH", "/usr/bin:/bin", "SECRET", "s", "SHARED", "from here"),
                "run", "--env", "A=1=2", "--env", "SHARED", "--env", "ABSENT", "--", "env");
        List<String> lines = new ArrayList<>(run.out().lines().toList());
        assertTrue(lines.contains("A=1=2") && lines.contains("SHARED=from here"), run.out());
        assertFalse(run.out().contains("SECRET") || run.out().contains("ABSENT"), run.out());
    }

    @Test
    void aVolumeIsSharedAndAReadOnlyOneIsNot() throws IOException {
        String write = "echo new > /data/file && read -r word < /data/file && echo $word";
        Typed shared = inVm(new byte[0], List.of("--volume", folder + ":/data"), "/bin/sh", "-c", write);
        assertEquals(new Typed(0, "new\n", ""), shared);
        assertEquals("new\n", Files.readString(folder.resolve("file")));
        Files.writeString(folder.resolve("file"), "old\n");
        inVm(new byte[0], List.of("--volume", folder + ":/data:ro"), "/bin/sh", "-c", write);
        assertEquals("old\n", Files.readString(folder.resolve("file")));
    }

    @Test
    void whatItWritesElsewhereStaysInTheVm() {
        assertEquals(0, inVm("/bin/sh", "-c", "echo x > /tmp/of-the-vm && echo x > /usr/of-the-vm").status());
        assertFalse(Files.exists(Path.of("/tmp/of-the-vm")) || Files.exists(Path.of("/usr/of-the-vm")));
    }

    @Test
    void aProgramOutsideTheMountedFoldersIsSeenAloneAtItsOwnPath() throws IOException {
        Path program = Files.copy(Path.of("/bin/echo"), folder.resolve("program"));
        assertTrue(program.toFile().setExecutable(true));
        assertEquals(new Typed(0, "a b\n", ""), inVm(program.toString(), "a", "b"));
    }

    /** The host's own address stands for an outside one: a rule that names it is what reaches it. */
    @Test
    void whatAnEgressRuleNamesIsReachedAndNothingElse() throws Exception {
        Optional<InetAddress> own = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()).findFirst();
        assumeTrue(own.isPresent(), "this machine has no IPv4 address but loopback's");
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no /bin/bash");
        try (ServerSocket server = new ServerSocket(0, 8, own.get())) {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                        socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            String host = own.get().getHostAddress();
            String[] program = {"/bin/bash", "-c", "read -r line < /dev/tcp/" + host + "/" + server.getLocalPort() + " && echo $line"};
            assertEquals(new Typed(0, "hello\n", ""), inVm(new byte[0],
                    List.of("--egress", "api.example.com:443", "--egress", host + ":" + server.getLocalPort()), program));
            Typed elsewhere = inVm(new byte[0], List.of("--egress", host + ":1"), program);
            assertTrue(elsewhere.status() != 0 && elsewhere.err().contains("Permission denied"), elsewhere.err());
            assertTrue(inVm(program).err().contains("Permission denied"));
        }
    }

    @Test
    void theTraceHasALineACallInAFileOrOnStandardError() throws IOException {
        Path file = folder.resolve("trace");
        assertEquals(new Typed(0, "x\n", ""), inVm(new byte[0], List.of("--trace=" + file), "echo", "x"));
        assertTrue(Files.readString(file).contains("write(1, \"x\\n\", 2) = 2"), Files.readString(file));
        assertTrue(inVm(new byte[0], List.of("--trace"), "echo", "x").err().contains("exit_group(0)"));
    }

    @Test
    void aFileThatIsNoProgramEndsWith126() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "\u007fELF but no more");
        assertTrue(text.toFile().setExecutable(true));
        Typed run = inVm(text.toString());
        assertEquals(126, run.status());
        assertTrue(run.err().contains(text.toString()), run.err());
    }
}
