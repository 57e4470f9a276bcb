package dev.thaw.sdk.junit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A function under test, as a JUnit extension:
 *
 * <pre>{@code
 * @RegisterExtension
 * final TestFunction hello = TestFunction.local(Hello.class);
 *
 * @Test
 * void greets() {
 *     assertEquals("{\"message\":\"Hello, Ada!\"}", hello.invoke("{\"name\":\"Ada\"}").text());
 * }
 * }</pre>
 * In a static field one function serves all tests of the class; otherwise each test gets a new one.
 */
public final class TestFunction implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private final Starter starter;
    private Optional<Host> host = Optional.empty();
    private boolean shared;

    private interface Starter {
        Host start() throws IOException, InterruptedException;
    }

    private TestFunction(Starter starter) {
        this.starter = starter;
    }

    /**
     * In this JVM: the runtime loop on a thread of its own, against a Runtime API on a loopback socket. Hooks run as around a
     * snapshot; the handler is one instance for all events, as with {@code isolation: instance}.
     */
    public static TestFunction local(Class<?> handler) {
        return local(handler.getName());
    }

    /** As {@link #local(Class)}, with a handler as a manifest names it, such as {@code com.example.Hello::greet}. */
    public static TestFunction local(String handler) {
        return new TestFunction(() -> LocalHost.start(handler));
    }

    /**
     * In a microVM of its own for each event, as deployed: a server is started with the {@code thaw} command, and given the handler's
     * classes, the jars of this class path and {@code function.yaml} of the current folder. Tests are skipped, and say why, where
     * there is no KVM or no built {@code thaw} (THAW_LAUNCHER, PATH, or the checkout that holds the current folder).
     */
    public static TestFunction inVm(Class<?> handler) {
        return inVm(handler, Path.of("function.yaml"));
    }

    /** As {@link #inVm(Class)}, with a manifest elsewhere. */
    public static TestFunction inVm(Class<?> handler, Path manifest) {
        return new TestFunction(() -> VmHost.start(handler, manifest));
    }

    /** Gives the function an event and waits for what becomes of it. */
    public Reply invoke(byte[] event) {
        Host running = host.orElseThrow(() -> new IllegalStateException("the function is not started: the field needs @RegisterExtension"));
        try {
            return running.invoke(event);
        } catch (IOException e) {
            throw new AssertionError("the function is gone: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the function ran", e);
        }
    }

    /** As {@link #invoke(byte[])}, with text, such as JSON. */
    public Reply invoke(String event) {
        return invoke(event.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException, InterruptedException {
        shared = true;
        host = Optional.of(starter.start());
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        close();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException, InterruptedException {
        if (!shared) {
            host = Optional.of(starter.start());
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (!shared) {
            close();
        }
    }

    private void close() throws IOException {
        if (host.isPresent()) {
            host.get().close();
            host = Optional.empty();
        }
    }
}
