package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows when a VM that was rolled back is not as in its snapshot: found here in the third, by an audit that says so. */
class DifferingAuditTest {
    private static final Logger LOGGER = Logger.getLogger(VmHost.class.getName());

    @TempDir Path folder;

    private static final class Told extends Handler {
        final Queue<String> errors = new ConcurrentLinkedQueue<>();
        private final SimpleFormatter text = new SimpleFormatter();

        @Override
        public void publish(LogRecord told) {
            if (told.getLevel() == Level.SEVERE) {
                errors.add(text.formatMessage(told));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static void awaitIdle(Functions functions) throws InterruptedException {
        while (functions.invoker.stats().getFirst().pool().idle() == 0) {
            Thread.sleep(2);
        }
    }

    @Test
    void theVmIsDestroyedOperatorsAreToldAndTheVersionIsAnsweredInNewVmsOnly() throws Exception {
        AtomicInteger audits = new AtomicInteger();
        Function<FunctionVm, Optional<String>> audit = vm -> audits.incrementAndGet() == 3 ? Optional.of("page 0x7000 of memory") : vm.difference();
        Told told = new Told();
        LOGGER.addHandler(told);
        try (Functions functions = new Functions(folder, PoolConfig.USUAL.auditing(1), audit)) {
            FunctionVersion version = functions.compiled("name: c\nruntime: provided\ntimeout: 60s\nmemory: 32\n", "bootstrap.c", "bootstrap");
            functions.invoker.prepare(version);
            for (int i = 0; i < 8; i++) {
                awaitIdle(functions);
                InvocationResult.Success success = assertInstanceOf(InvocationResult.Success.class, functions.invoke(version, "{\"n\":" + i + "}"));
                assertEquals("{\"count\":1,\"event\":{\"n\":" + i + "}}", new String(success.payload()));
                assertEquals(i == 1 || i == 2 ? Bind.ROLLED_BACK : Bind.NEW, success.report().bind(), "request " + i);
            }
            awaitIdle(functions);
            PoolStats pool = functions.invoker.stats().getFirst().pool();
            assertEquals(Optional.of("page 0x7000 of memory"), pool.rollbackOff());
            assertEquals(3, pool.totals().rolledBack());
            Map<Discard, Long> destroyed = pool.totals().destroyed();
            assertEquals(1, destroyed.get(Discard.DIFFERS));
            assertEquals(1, told.errors.size(), told.errors::toString);
            assertEquals("function c:1: a VM that was rolled back differs from its snapshot: page 0x7000 of memory. It is destroyed, and VMs of this"
                    + " version are used once from now on. This is a fault of Thaw: please report it", told.errors.peek());
        } finally {
            LOGGER.removeHandler(told);
        }
    }
}
