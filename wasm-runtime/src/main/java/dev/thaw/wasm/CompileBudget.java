package dev.thaw.wasm;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import run.endive.compiler.internal.ByteClassCollector;
import run.endive.compiler.internal.ClassCollector;

/**
 * Ends a compilation that takes too long. Endive begins anew for each function that is too large for a JVM method, so time is not
 * proportional to size; it asks for a collector at each beginning and hands over each class, and there we look.
 */
final class CompileBudget {
    private final long until;

    CompileBudget(Duration processorTime) {
        this.until = now() + processorTime.toNanos();
    }

    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void check() {
        if (now() > until) {
            throw new WasmLimitException("compile");
        }
    }

    ClassCollector collector() {
        check();
        return new ByteClassCollector() {
            @Override
            public void put(String name, byte[] data) {
                check();
                super.put(name, data);
            }
        };
    }
}
