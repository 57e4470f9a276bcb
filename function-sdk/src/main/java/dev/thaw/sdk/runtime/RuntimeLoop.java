package dev.thaw.sdk.runtime;

import dev.thaw.sdk.HookRegistry;
import dev.thaw.sdk.SnapshotHooks;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/**
 * One function's life: load the handler, run its hooks, wait to be frozen, answer events until the other side closes the connection.
 * All of it on the thread that calls {@link #run}.
 */
public final class RuntimeLoop {
    private final RuntimeEnvironment environment;
    private final FreezePoint freezePoint;

    /** Runs nothing yet. */
    public RuntimeLoop(RuntimeEnvironment environment, FreezePoint freezePoint) {
        this.environment = environment;
        this.freezePoint = freezePoint;
    }

    /** The process's exit status. What it fails of has been reported to the Runtime API, or to standard error if that is gone. */
    public int run() {
        try (RuntimeClient client = RuntimeClient.connect(environment)) {
            return run(client);
        } catch (EOFException e) {
            return 0; // not wanted any longer
        } catch (IOException e) {
            System.err.println("the Runtime API at " + environment.api() + " failed: " + e.getMessage());
            return 1;
        }
    }

    private int run(RuntimeClient client) throws IOException {
        // org.crac looks for an implementation when its Core is first used, which is the handler's doing.
        System.setProperty("org.crac.Core.Compat", "dev.thaw.sdk.crac");
        EventFunction function;
        List<SnapshotHooks> hooks;
        try {
            int first = HookRegistry.PROCESS.size();
            HandlerLoader.Loaded loaded = HandlerLoader.load(environment.handler());
            function = loaded.function();
            new Rehearsal(environment).run(loaded);
            hooks = HookRegistry.PROCESS.from(first);
            for (SnapshotHooks each : hooks.reversed()) {
                each.beforeFreeze();
            }
        } catch (Throwable failure) {
            client.fail("init/error", RuntimeClient.Outcome.error(failure));
            return 1;
        }
        System.out.flush();
        freezePoint.settle();
        for (SnapshotHooks each : hooks) {
            if (environment.snapshot() && awaitsThaw(each)) {
                return restored(client, function, hooks);
            }
        }
        return plain(client, function, hooks);
    }

    /** Frozen at {@code restore/next}: a hook that fails after the thaw fails the request. */
    private int restored(RuntimeClient client, EventFunction function, List<SnapshotHooks> hooks) throws IOException {
        client.awaitRestore();
        freezePoint.reseed();
        try {
            afterThaw(hooks);
        } catch (Throwable failure) {
            client.fail("restore/error", RuntimeClient.Outcome.error(failure));
            return 1;
        }
        return answer(client, function, client.first());
    }

    /** Frozen at the first {@code invocation/next}. */
    private int plain(RuntimeClient client, EventFunction function, List<SnapshotHooks> hooks) throws IOException {
        if (!environment.snapshot()) {
            try {
                afterThaw(hooks);
            } catch (Throwable failure) {
                client.fail("init/error", RuntimeClient.Outcome.error(failure));
                return 1;
            }
        }
        RuntimeEvent event = client.first();
        freezePoint.reseed();
        return answer(client, function, event);
    }

    /** Whether there is anything to call after the thaw; else the round trip to {@code restore/next} is spared. */
    private static boolean awaitsThaw(SnapshotHooks hooks) {
        try {
            return hooks.getClass().getMethod("afterThaw").getDeclaringClass() != SnapshotHooks.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void afterThaw(List<SnapshotHooks> hooks) throws Exception {
        for (SnapshotHooks each : hooks) {
            each.afterThaw();
        }
    }

    private int answer(RuntimeClient client, EventFunction function, RuntimeEvent first) throws IOException {
        RuntimeEvent event = first;
        while (true) {
            RuntimeClient.Outcome outcome;
            try {
                outcome = outcome(environment, function, event);
            } catch (VirtualMachineError broken) {
                // Out of memory or stack: no later event should find what that left behind.
                System.out.flush();
                client.answerLast(event, RuntimeClient.Outcome.error(broken));
                return 1;
            }
            System.out.flush();
            event = client.answer(event, outcome);
        }
    }

    /** What the handler makes of an event. The way of each event, and of each rehearsal: what it calls has been called before the freeze. */
    static RuntimeClient.Outcome outcome(RuntimeEnvironment environment, EventFunction function, RuntimeEvent event) {
        if (event.traceId().isPresent()) {
            System.setProperty("com.amazonaws.xray.traceHeader", event.traceId().get());
        }
        try {
            return RuntimeClient.Outcome.response(function.apply(event.payload(), new InvocationContext(environment, event)));
        } catch (VirtualMachineError broken) {
            throw broken;
        } catch (Throwable failure) {
            return RuntimeClient.Outcome.error(failure);
        }
    }
}
