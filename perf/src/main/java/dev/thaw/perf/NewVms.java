package dev.thaw.perf;

import dev.thaw.invoker.FunctionManifest;
import dev.thaw.invoker.FunctionVersion;
import dev.thaw.invoker.Invocation;
import dev.thaw.invoker.InvocationResult;
import dev.thaw.invoker.Invoker;
import dev.thaw.invoker.InvokerConfig;
import dev.thaw.invoker.ManifestException;
import dev.thaw.invoker.PoolConfig;
import dev.thaw.invoker.PrepareException;
import dev.thaw.invoker.Report;
import dev.thaw.store.LocalObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** An invoker in this process that keeps no pool: each request's VM is thawed while the request waits, which is what is to be measured. */
final class NewVms implements AutoCloseable {
    private final Invoker invoker;

    NewVms(Path folder) throws IOException {
        invoker = new Invoker(InvokerConfig.in(folder.resolve("data")).with(PoolConfig.ON_DEMAND),
                new LocalObjectStore(folder.resolve("objects")), (function, version, request, stream, text) -> { });
    }

    /** @param folder a package with its manifest; @throws BenchException when it cannot be made ready */
    FunctionVersion prepare(Path folder) throws IOException {
        try {
            FunctionVersion version = new FunctionVersion(FunctionManifest.parse(Files.readAllBytes(folder.resolve("function.yaml"))), 1, folder);
            invoker.prepare(version);
            return version;
        } catch (PrepareException | ManifestException e) {
            throw new BenchException(folder.getFileName() + " cannot be prepared: " + e.getMessage());
        }
    }

    Report invoke(FunctionVersion version) {
        InvocationResult result = invoker.invoke(version,
                new Invocation(UUID.randomUUID().toString(), StartsBench.EVENT, Optional.empty(), Optional.empty())).join();
        return switch (result) {
            case InvocationResult.Success success -> success.report();
            case InvocationResult.FunctionError error -> throw new BenchException(version.label() + " failed: " + error.cause());
        };
    }

    @Override
    public void close() {
        invoker.close();
    }
}
