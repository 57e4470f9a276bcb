package dev.thaw.invoker;

import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.wasm.BadImageException;
import dev.thaw.wasm.InvalidModuleException;
import dev.thaw.wasm.WasmCode;
import dev.thaw.wasm.WasmImage;
import dev.thaw.wasm.WasmWorkers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes a version with a WebAssembly module ready: compiles the module or takes up its classes from the store, where they are kept by
 * content, lets it initialise and captures it. The image is kept in the store, too: what an initialisation drew or computed stays as it is
 * for as long as the version lives, as with a microVM's snapshot.
 */
final class WasmPreparer {
    private static final System.Logger LOG = System.getLogger(WasmPreparer.class.getName());
    /** The compiled module's, there so that the store keeps its object as long as a version needs it. */
    private static final String CODE = "code";
    private static final String IMAGE = "image";
    /** Nobody but the server's user reads what a function has in its memory. */
    private static final FileAttribute<?> OWN = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final InvokerConfig config;
    private final SnapshotShelf shelf;
    private final CodeStore codes;
    private final WasmWorkers workers;
    private final LogSink logs;

    WasmPreparer(InvokerConfig config, SnapshotShelf shelf, CodeStore codes, WasmWorkers workers, LogSink logs) {
        this.config = config;
        this.shelf = shelf;
        this.codes = codes;
        this.workers = workers;
        this.logs = logs;
    }

    PreparedModule prepare(FunctionVersion version) throws PrepareException {
        FunctionLog log = new FunctionLog(logs, version, "");
        try {
            return bounded(version, log, () -> {
                ModuleSource source = ModuleSource.of(version, workers);
                Optional<PreparedModule> stored = takeUp(source, log);
                return stored.isPresent() ? stored.get() : build(source, log);
            });
        } catch (PrepareException e) {
            log.platform("INIT failed: " + e.errorType() + ": " + Failures.oneLine(e.getMessage()));
            LOG.log(System.Logger.Level.WARNING, "function {0} failed to initialise: {1}: {2}", version.label(), e.errorType(),
                    Failures.oneLine(e.getMessage()));
            throw e;
        }
    }

    /** On a thread of its own: a hostile module may make the compiler work for long, or deep in its stack. */
    private PreparedModule bounded(FunctionVersion version, FunctionLog log, Callable<PreparedModule> task) throws PrepareException {
        FutureTask<PreparedModule> preparing = new FutureTask<>(task);
        Thread thread = Thread.ofPlatform().daemon().name("thaw-compile-" + version.label()).start(preparing);
        try {
            return preparing.get(config.initTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            throw failed("Sandbox.Timedout", "Init timed out after " + config.initTimeout().toSeconds()
                    + " seconds: the module takes too long to compile or to initialise", log);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw Failures.platform("the preparation of " + version.label() + " was interrupted", e);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case PrepareException failed -> failed;
                case InvalidModuleException invalid -> failed("Runtime.InvalidModule",
                        version.manifest().handler() + ": " + invalid.getMessage(), log);
                case IOException io -> Failures.platform("the compiled module of " + version.label() + " cannot be stored: " + io, io);
                case UncheckedIOException io -> Failures.platform("the compiled module of " + version.label() + " cannot be stored: " + io, io);
                case Throwable fault -> {
                    LOG.log(System.Logger.Level.ERROR, "function " + version.label() + " cannot be prepared", fault);
                    yield Failures.platform("the sandbox of " + version.label() + " failed: " + fault, fault);
                }
            };
        }
    }

    private Optional<PreparedModule> takeUp(ModuleSource source, FunctionLog log) throws IOException, InvalidModuleException {
        FunctionVersion version = source.version();
        try {
            Optional<SnapshotShelf.Shelved> shelved = shelf.find(version, source.fingerprint());
            if (shelved.isEmpty()) {
                return Optional.empty();
            }
            CodeStore.Recording recording = codes.new Recording();
            WasmCode code = WasmCode.compile(source.module(), recording);
            Path file = shelved.get().folder().resolve(IMAGE);
            WasmImage image;
            try (InputStream stored = Files.newInputStream(file)) {
                image = WasmImage.restored(code, source.config(), stored);
            }
            LOG.log(System.Logger.Level.INFO, "function {0}: its stored image is taken up", version.label());
            return Optional.of(new PreparedModule(version, image, recording.bytes() + Files.size(file)));
        } catch (BadSnapshotException | BadImageException | NoSuchFileException e) {
            String why = e instanceof NoSuchFileException ? "there is none" : e.getMessage();
            LOG.log(System.Logger.Level.WARNING, "function {0}: the stored image is not usable ({1}); the module initialises anew",
                    version.label(), why);
            log.platform("the stored image is not usable (" + why + "); the module initialises anew");
            return Optional.empty();
        }
    }

    private PreparedModule build(ModuleSource source, FunctionLog log) throws IOException, InvalidModuleException, PrepareException {
        long begin = System.nanoTime();
        FunctionVersion version = source.version();
        CodeStore.Recording recording = codes.new Recording();
        WasmCode code = WasmCode.compile(source.module(), recording);
        long compiled = System.nanoTime();
        WasmImage image = image(code, source, log);
        Path folder = shelf.emptyFolder();
        long imageBytes;
        try {
            Path file = Files.createFile(folder.resolve(IMAGE), OWN);
            try (OutputStream out = Files.newOutputStream(file)) {
                image.store(out);
            }
            imageBytes = Files.size(file);
            if (recording.entry().isPresent()) {
                Files.write(Files.createFile(folder.resolve(CODE), OWN), recording.entry().get().compiled());
            }
            shelf.put(version, source.fingerprint(), folder, new byte[0]);
        } finally {
            OwnFolders.remove(folder);
        }
        if (recording.entry().isPresent()) {
            codes.name(recording.entry().get());
        }
        log.platform("INIT Duration: " + (System.nanoTime() - begin) / 1_000_000 + " ms Compiled: " + (compiled - begin) / 1_000_000
                + " ms Image: " + (imageBytes + 1023 >> 10) + " KB");
        return new PreparedModule(version, image, recording.bytes() + imageBytes);
    }

    private WasmImage image(WasmCode code, ModuleSource source, FunctionLog log) throws InvalidModuleException {
        try {
            return WasmImage.prepare(code, source.config(), new ErrorStream(log, config.outputLimit()));
        } finally {
            log.finish();
        }
    }

    private static PrepareException failed(String type, String message, FunctionLog log) {
        return new PrepareException(PrepareException.Kind.INIT_FAILED, type, message, ErrorJson.of(type, message), log.lastLines());
    }
}
