package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thaw.store.LocalObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An invoker over a folder, with functions made for a test; skips the test where there is no KVM. */
final class Functions implements AutoCloseable {
    /** Not an expectation: the end of a test that hangs. A busy machine takes long to start an interpreter. */
    private static final long HUNG_SECONDS = 120;

    private final Path folder;
    final Queue<String> lines = new ConcurrentLinkedQueue<>();
    final Invoker invoker;

    Functions(Path folder) throws IOException {
        this(folder, Duration.ofSeconds(HUNG_SECONDS));
    }

    Functions(Path folder, Duration initTimeout) throws IOException {
        this(folder, initTimeout, PoolConfig.USUAL.auditing(1), FunctionVm::difference);
    }

    Functions(Path folder, PoolConfig pool) throws IOException {
        this(folder, pool, FunctionVm::difference);
    }

    /** @param audit says what of a VM that was just rolled back is not as in its snapshot */
    Functions(Path folder, PoolConfig pool, Function<FunctionVm, Optional<String>> audit) throws IOException {
        this(folder, Duration.ofSeconds(HUNG_SECONDS), pool, audit);
    }

    private Functions(Path folder, Duration initTimeout, PoolConfig pool, Function<FunctionVm, Optional<String>> audit) throws IOException {
        this.folder = Files.createDirectories(folder);
        InvokerConfig config = new InvokerConfig(folder.resolve("data"), 2, initTimeout, 4 << 20, pool);
        this.invoker = new Invoker(config, new LocalObjectStore(folder.resolve("data/objects")),
                (function, version, requestId, stream, text) -> lines.add(stream + " " + requestId + " " + text), audit);
        assumeTrue(invoker.kvmProblem().isEmpty(), () -> "needs KVM: " + invoker.kvmProblem().orElse(""));
    }

    /** A package that holds these files: name, content, name, content. */
    FunctionVersion of(String manifest, String... files) throws IOException, ManifestException {
        FunctionManifest parsed = FunctionManifest.parse(manifest.getBytes(StandardCharsets.UTF_8));
        Path packageFolder = Files.createDirectories(folder.resolve("packages").resolve(parsed.name()));
        for (int i = 0; i < files.length; i += 2) {
            Files.writeString(packageFolder.resolve(files[i]), files[i + 1]);
        }
        return new FunctionVersion(parsed, 1, packageFolder);
    }

    /** Compiles a C file of the test resources into a package. */
    FunctionVersion compiled(String manifest, String source, String program, String... options)
            throws IOException, InterruptedException, ManifestException {
        FunctionVersion version = of(manifest);
        Path c = folder.resolve(source);
        try (InputStream in = Functions.class.getResourceAsStream(source)) {
            Files.write(c, in.readAllBytes());
        }
        List<String> command = new java.util.ArrayList<>(List.of("gcc", "-O1", "-w", "-o",
                version.packageFolder().resolve(program).toString(), c.toString()));
        command.addAll(List.of(options));
        Process gcc;
        try {
            gcc = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            assumeTrue(false, "needs gcc");
            throw e;
        }
        assertEquals(0, gcc.waitFor());
        return version;
    }

    InvocationResult invoke(FunctionVersion version, String event) throws InterruptedException, ExecutionException {
        return invoke(version, UUID.randomUUID().toString(), event);
    }

    InvocationResult invoke(FunctionVersion version, String requestId, String event)
            throws InterruptedException, ExecutionException {
        try {
            return invoker.invoke(version, new Invocation(requestId, event.getBytes(StandardCharsets.UTF_8), Optional.empty(),
                    Optional.empty())).get(HUNG_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }

    String answer(FunctionVersion version, String event) throws InterruptedException, ExecutionException {
        InvocationResult result = invoke(version, event);
        return new String(assertInstanceOf(InvocationResult.Success.class, result,
                () -> result + " " + lines).payload(), StandardCharsets.UTF_8);
    }

    InvocationResult.FunctionError error(FunctionVersion version, String event)
            throws InterruptedException, ExecutionException {
        return assertInstanceOf(InvocationResult.FunctionError.class, invoke(version, event));
    }

    @Override
    public void close() {
        invoker.close();
    }
}
