package dev.thaw.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.Invoked;
import dev.thaw.deploy.client.ThawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code thaw invoke NAME}: the payload on standard output, everything else on standard error. */
@Command(name = "invoke", mixinStandardHelpOptions = true, description = "Invokes a function and prints its response.")
final class InvokeCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Terminal terminal;

    @Mixin
    private ServerOption server;

    @Parameters(paramLabel = "NAME", description = "The function; NAME:ALIAS or NAME:VERSION too.")
    private String name;

    @Option(names = {"-d", "--data"}, paramLabel = "JSON|@FILE|-", defaultValue = "{}",
            description = "The event: JSON, a file that holds it, or - for standard input (${DEFAULT-VALUE}).")
    private String data;

    @Option(names = "--async", description = "Do not wait: print the request id once the server has the event on disk.")
    private boolean async;

    @Option(names = {"-v", "--verbose"}, description = "Also print request id, timing and the function's last log lines, to standard error.")
    private boolean verbose;

    @Option(names = "--json", description = "Print one JSON object: payload, functionError, requestId, timing.")
    private boolean json;

    InvokeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        byte[] event = event();
        Invoked invoked;
        try (ThawClient client = server.client(terminal);
                Progress progress = Progress.of(terminal, "waiting for " + FunctionName.qualified(name) + " at " + client.server())) {
            invoked = client.invoke(name, event, async);
        }
        if (async) {
            terminal.out().println(json ? JSON.createObjectNode().put("requestId", invoked.requestId()).toPrettyString() : invoked.requestId());
            return 0;
        }
        print(invoked);
        return invoked.functionError().isPresent() ? Failure.FAILED : 0;
    }

    private byte[] event() {
        try {
            if (data.equals("-")) {
                return terminal.in().readAllBytes();
            }
            return data.startsWith("@") ? Files.readAllBytes(Path.of(data.substring(1))) : data.getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Failure(Failure.USAGE, "-d " + data + ": cannot be read: " + Reason.of(e));
        }
    }

    private void print(Invoked invoked) throws IOException {
        if (json) {
            terminal.out().println(asJson(invoked).toPrettyString());
        } else {
            terminal.out().write(invoked.payload());
            if (invoked.payload().length > 0 && invoked.payload()[invoked.payload().length - 1] != '\n') {
                terminal.out().println();
            }
            terminal.out().flush();
        }
        if (verbose) {
            terminal.err().println(terminal.faint("request " + invoked.requestId() + "  " + invoked.timing()));
            terminal.err().write(invoked.logTail());
            terminal.err().flush();
        }
        invoked.functionError().filter(_ -> !json).ifPresent(kind ->
                terminal.err().println(terminal.red("thaw: " + name + " failed (" + kind + "); see `thaw logs " + name + "`")));
    }

    private static ObjectNode asJson(Invoked invoked) {
        ObjectNode object = JSON.createObjectNode();
        try {
            object.set("payload", JSON.readTree(invoked.payload()));
        } catch (IOException e) {
            object.put("payload", new String(invoked.payload(), StandardCharsets.UTF_8));
        }
        object.put("functionError", invoked.functionError().orElse(null));
        object.put("requestId", invoked.requestId());
        object.put("timing", invoked.timing());
        return object;
    }
}
