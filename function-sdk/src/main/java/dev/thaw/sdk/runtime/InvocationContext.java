package dev.thaw.sdk.runtime;

import dev.thaw.sdk.Context;
import java.time.Instant;
import java.util.Optional;

/** The context of one event. */
record InvocationContext(RuntimeEnvironment environment, RuntimeEvent event, System.Logger logger) implements Context {
    InvocationContext(RuntimeEnvironment environment, RuntimeEvent event) {
        this(environment, event, new EventLogger(event.requestId(), System.out));
    }

    @Override
    public String requestId() {
        return event.requestId();
    }

    @Override
    public String functionName() {
        return environment.functionName();
    }

    @Override
    public String functionVersion() {
        return environment.functionVersion();
    }

    @Override
    public String functionArn() {
        return event.functionArn();
    }

    @Override
    public Instant deadline() {
        return Instant.ofEpochMilli(event.deadlineMillis());
    }

    @Override
    public int memoryLimitMb() {
        return environment.memoryMb();
    }

    @Override
    public Optional<String> traceId() {
        return event.traceId();
    }

    @Override
    public Optional<String> clientContext() {
        return event.clientContext();
    }
}
