package dev.thaw.invoker;

import static dev.thaw.invoker.ManifestFields.checkedArgument;
import static dev.thaw.invoker.ManifestFields.missing;
import static dev.thaw.invoker.ManifestFields.shown;
import static dev.thaw.invoker.ManifestFields.wrong;

import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.linux.net.EgressPolicy;
import dev.thaw.wasm.WasmConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads and checks {@code function.yaml}: every complaint names the field, what stands there and what may stand there. */
final class ManifestReader {
    private static final Set<String> KNOWN = Set.of("name", "runtime", "handler", "command", "memory", "cpu",
            "timeout", "isolation", "env", "egress", "rehearse", "args", "maxConcurrency", "queue", "build");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern HANDLER = Pattern.compile("[a-zA-Z0-9_]+([./][a-zA-Z0-9_]+)*\\.[a-zA-Z0-9_]+");
    /** Java's: a class, a method of one. */
    private static final Pattern CLASS = Pattern.compile(
            "[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*(::[\\p{L}_$][\\p{L}\\p{N}_$]*)?");
    /** Node's: a file of the package without its ending, an export of it. */
    private static final Pattern EXPORT = Pattern.compile("([a-zA-Z0-9_-]+/)*[a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_$]+)+");
    /** A module: a file of the package. */
    private static final Pattern MODULE = Pattern.compile("([a-zA-Z0-9_-][a-zA-Z0-9_.-]*/)*[a-zA-Z0-9_-][a-zA-Z0-9_.-]*\\.wasm");
    private static final Pattern MEMORY = Pattern.compile("(\\d{1,9}) ?(|M|MB|MiB|G|GB|GiB)");
    private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,3}))? ?(|s|ms|m)");
    /** An absolute path and a query as they stand in a request: visible ASCII. */
    private static final Pattern PATH = Pattern.compile("/[!-~]{0,2047}");
    private static final int MAX_REHEARSALS = 16;
    private static final int MIN_MEMORY_MB = 16;
    private static final int MIN_JAVA_MEMORY_MB = 96;
    private static final int MIN_MODULE_VM_MB = 160;
    private static final int MAX_MEMORY_MB = 10240;
    /** 16 pages of 64 KiB are one. */
    private static final int MAX_WASM_MEMORY_MB = WasmConfig.MAX_MEMORY_PAGES >> 4;
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(900);
    private static final int MAX_QUEUE = 10_000;
    private static final int MAX_CONCURRENCY = 1_000;

    private final ManifestFields fields;

    private ManifestReader(ManifestFields fields) {
        this.fields = fields;
    }

    static FunctionManifest read(byte[] yaml) throws ManifestException {
        if (!(YamlNode.read(yaml) instanceof YamlNode.Fields(var nodes))) {
            throw new ManifestException("function.yaml must hold fields, one 'name: value' a line");
        }
        for (String field : nodes.keySet()) {
            if (!KNOWN.contains(field)) {
                throw new ManifestException("unknown field '" + shown(field) + "'; known are "
                        + KNOWN.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
        return new ManifestReader(new ManifestFields(nodes)).manifest();
    }

    private FunctionManifest manifest() throws ManifestException {
        String name = fields.text("name").orElseThrow(() -> missing("name", "letters, digits, - and _, at most 64"));
        if (!NAME.matcher(name).matches()) {
            throw wrong("name", name, "letters, digits, - and _, 1 to 64 of them");
        }
        Runtime runtime = runtime();
        return new FunctionManifest(name, runtime, handler(runtime), command(runtime), memory(runtime),
                cpus(runtime), timeout(), isolation(runtime), ManifestEnvironment.read(fields, runtime), egress(runtime), rehearse(runtime),
                fields.count("maxConcurrency", 1, MAX_CONCURRENCY), fields.count("queue", 0, MAX_QUEUE), fields.words("build"));
    }

    private Runtime runtime() throws ManifestException {
        String allowed = Arrays.stream(Runtime.values()).map(Runtime::label).collect(Collectors.joining(", "));
        String label = fields.text("runtime").orElseThrow(() -> missing("runtime", "one of " + allowed));
        return Arrays.stream(Runtime.values()).filter(each -> each.label().equals(label)).findFirst()
                .orElseThrow(() -> wrong("runtime", label, "one of " + allowed));
    }

    private String handler(Runtime runtime) throws ManifestException {
        Optional<String> handler = fields.text("handler");
        if (runtime.handlerForm().isPresent()) {
            String form = runtime.handlerForm().get();
            String value = handler.orElseThrow(() -> missing("handler", form));
            Pattern pattern = switch (runtime) {
                case NODEJS -> EXPORT;
                case JAVA25 -> CLASS;
                case WASI -> MODULE;
                case PYTHON3, PROVIDED, HTTP, STDIO -> HANDLER;
            };
            if (!pattern.matcher(value).matches() || value.length() > 128) {
                throw wrong("handler", value, form);
            }
            return value;
        }
        if (handler.isPresent() && !runtime.asksForEvents()) {
            throw new ManifestException("field 'handler' means nothing to runtime " + runtime.label() + "; use 'command'");
        }
        return checkedArgument("handler", handler.orElse(""));
    }

    private List<String> command(Runtime runtime) throws ManifestException {
        if (runtime != Runtime.WASI && fields.has("args")) {
            throw new ManifestException("field 'args' means nothing to runtime " + runtime.label()
                    + (runtime.handlerForm().isPresent() ? "" : "; write the arguments into 'command'"));
        }
        if (runtime.handlerForm().isPresent()) {
            if (fields.has("command")) {
                throw new ManifestException("field 'command' means nothing to runtime " + runtime.label() + "; use 'handler'"
                        + (runtime == Runtime.WASI ? " and 'args'" : ""));
            }
            return runtime == Runtime.WASI ? argumentsOfModule() : List.of();
        }
        List<String> command = fields.words("command");
        if (command.isEmpty()) {
            if (!runtime.asksForEvents()) {
                throw missing("command", "the program to run and its arguments, such as "
                        + (runtime == Runtime.HTTP ? "[node, server.js]" : "./main"));
            }
            return List.of("./bootstrap");
        }
        return command;
    }

    /** As programs have it: the name first. */
    private List<String> argumentsOfModule() throws ManifestException {
        List<String> all = new ArrayList<>();
        all.add(fields.text("handler").orElseThrow());
        all.addAll(fields.texts("args", "a list of words"));
        if (all.size() > ManifestFields.MOST_WORDS) {
            throw wrong("args", all.size() - 1 + " words", "at most " + (ManifestFields.MOST_WORDS - 1));
        }
        for (String word : all) {
            checkedArgument("args", word);
        }
        return all;
    }

    private int cpus(Runtime runtime) throws ManifestException {
        int cpus = fields.count("cpu", 1, MachineConfig.MAX_CPUS).orElse(1);
        if (runtime == Runtime.WASI && cpus > 1) {
            throw wrong("cpu", Integer.toString(cpus), "1 with runtime wasi, as a module has one thread");
        }
        return cpus;
    }

    private int memory(Runtime runtime) throws ManifestException {
        Optional<String> value = fields.text("memory");
        if (value.isEmpty()) {
            return switch (runtime) {
                case PYTHON3, NODEJS, HTTP -> 256;
                case JAVA25 -> 512;
                case PROVIDED, STDIO -> 128;
                case WASI -> isolation(runtime) == Isolation.VM ? 256 : 64;
            };
        }
        Matcher matcher = MEMORY.matcher(value.get());
        if (matcher.matches()) {
            long megabytes = Long.parseLong(matcher.group(1)) * (matcher.group(2).startsWith("G") ? 1024 : 1);
            if (runtime == Runtime.JAVA25 && megabytes < MIN_JAVA_MEMORY_MB) {
                throw wrong("memory", value.get(), "at least " + MIN_JAVA_MEMORY_MB + " MB with runtime java25");
            }
            if (runtime == Runtime.WASI && isolation(runtime) == Isolation.VM && megabytes < MIN_MODULE_VM_MB) {
                throw wrong("memory", value.get(), "at least " + MIN_MODULE_VM_MB + " MB with isolation vm, of which a JVM takes the most");
            }
            if (runtime == Runtime.WASI && isolation(runtime) == Isolation.PER_REQUEST && megabytes > MAX_WASM_MEMORY_MB) {
                throw wrong("memory", value.get(), "at most " + MAX_WASM_MEMORY_MB + " MB with runtime wasi");
            }
            if (megabytes >= MIN_MEMORY_MB && megabytes <= MAX_MEMORY_MB) {
                return (int) megabytes;
            }
        }
        throw wrong("memory", value.get(), MIN_MEMORY_MB + " to " + MAX_MEMORY_MB + " MB, such as 256 or 1 GB");
    }

    private Duration timeout() throws ManifestException {
        Optional<String> value = fields.text("timeout");
        if (value.isEmpty()) {
            return Duration.ofSeconds(3);
        }
        Matcher matcher = TIMEOUT.matcher(value.get());
        if (matcher.matches()) {
            long unitMillis = switch (matcher.group(3)) {
                case "ms" -> 1;
                case "m" -> 60_000;
                case String seconds -> 1000;
            };
            String fraction = matcher.group(2) == null ? "" : matcher.group(2);
            long thousandths = Long.parseLong((fraction + "000").substring(0, 3));
            Duration timeout = Duration.ofNanos(Long.parseLong(matcher.group(1)) * unitMillis * 1_000_000
                    + thousandths * unitMillis * 1_000);
            if (!timeout.isZero() && timeout.compareTo(MAX_TIMEOUT) <= 0) {
                return timeout;
            }
        }
        throw wrong("timeout", value.get(), "more than 0, at most 900 seconds, such as 30, 30s or 500ms");
    }

    private Isolation isolation(Runtime runtime) throws ManifestException {
        Optional<String> label = fields.text("isolation");
        if (label.isEmpty()) {
            return Isolation.PER_REQUEST;
        }
        if (runtime == Runtime.STDIO && label.get().equals(Isolation.INSTANCE.label())) {
            throw wrong("isolation", label.get(), "per-request or fresh-vm, as a stdio program ends with its response");
        }
        if (runtime == Runtime.WASI && label.get().equals(Isolation.INSTANCE.label())) {
            throw wrong("isolation", label.get(), "per-request or vm with runtime wasi: a new instance takes microseconds, and what is to"
                    + " last belongs into _initialize, which every instance stands behind");
        }
        List<Isolation> allowed = runtime == Runtime.WASI ? List.of(Isolation.PER_REQUEST, Isolation.VM)
                : List.of(Isolation.PER_REQUEST, Isolation.INSTANCE, Isolation.FRESH_VM);
        return allowed.stream().filter(each -> each.label().equals(label.get())).findFirst()
                .orElseThrow(() -> wrong("isolation", label.get(), runtime == Runtime.WASI
                        ? "per-request, which is a new instance for every request, or vm, which is that inside a microVM"
                        : "one of " + allowed.stream().map(Isolation::label).collect(Collectors.joining(", "))));
    }

    private List<String> egress(Runtime runtime) throws ManifestException {
        List<String> rules = fields.texts("egress", "a list of rules, such as [api.example.com:443, 203.0.113.0/24]");
        if (runtime == Runtime.WASI && !rules.isEmpty()) {
            throw new ManifestException("field 'egress' means nothing to runtime wasi: a module has no sockets");
        }
        try {
            EgressPolicy.parse(rules);
            return rules;
        } catch (IllegalArgumentException e) {
            throw new ManifestException("field 'egress': " + e.getMessage());
        }
    }

    private List<String> rehearse(Runtime runtime) throws ManifestException {
        String form = "a list of at most " + MAX_REHEARSALS + " paths that the server is asked for, such as [/, /items?page=1]";
        List<String> paths = fields.texts("rehearse", form);
        if (!paths.isEmpty() && runtime != Runtime.HTTP) {
            throw new ManifestException("field 'rehearse' means nothing to runtime " + runtime.label()
                    + (runtime == Runtime.JAVA25 ? "; let the handler implement Rehearsed" : "; it is for runtime http"));
        }
        if (paths.size() > MAX_REHEARSALS) {
            throw wrong("rehearse", paths.size() + " paths", form);
        }
        for (String path : paths) {
            if (!PATH.matcher(path).matches()) {
                throw wrong("rehearse", path, form + ", percent-encoded");
            }
        }
        return paths;
    }
}
