package dev.thaw.invoker;

import java.util.Optional;

/** Who runs the handler. */
public enum Runtime {
    /** Our Python runtime with a CPython of the host's. */
    PYTHON3("python3", Optional.of("module.function, such as app.handler")),
    /** Our JavaScript runtime with a Node.js of the host's. */
    NODEJS("nodejs", Optional.of("file.function, such as index.handler")),
    /** Our Java runtime with a JDK of the host's. */
    JAVA25("java25", Optional.of("a class, such as com.example.Hello, or a method of one, such as com.example.Hello::greet")),
    /** The package's own program, which speaks the Lambda Runtime API. */
    PROVIDED("provided", Optional.empty()),
    /** Any program that listens for HTTP on $PORT. */
    HTTP("http", Optional.empty()),
    /** The package's own program: event on standard input, response on standard output. */
    STDIO("stdio", Optional.empty()),
    /** A WebAssembly module of the package with WASI preview 1, run without a VM, or in one with {@link Isolation#VM}. */
    WASI("wasi", Optional.of("a module of the package, such as hello.wasm"));

    private final String label;
    private final Optional<String> handlerForm;

    Runtime(String label, Optional<String> handlerForm) {
        this.label = label;
        this.handlerForm = handlerForm;
    }

    /** The name in a manifest. */
    public String label() {
        return label;
    }

    /** What the handler looks like, where the runtime is ours; empty where the package brings its own program. */
    public Optional<String> handlerForm() {
        return handlerForm;
    }

    /** Whether what runs in the VM asks the Lambda Runtime API for its events. */
    boolean asksForEvents() {
        return switch (this) {
            case PYTHON3, NODEJS, JAVA25, PROVIDED -> true;
            case HTTP, STDIO, WASI -> false;
        };
    }
}
