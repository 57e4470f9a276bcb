package dev.thaw.invoker;

import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.linux.net.EgressPolicy;
import dev.thaw.wasm.WasmConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
    private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
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
    /** Lambda's quota for all variables together, bytes. */
    private static final int MAX_ENVIRONMENT = 4096;
    private static final int MAX_ARGUMENTS = 64;
    private static final int MAX_ARGUMENT = 4096;
    private static final int MAX_QUEUE = 10_000;
    private static final int MAX_CONCURRENCY = 1_000;
    /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "reserved environment variables". */
    private static final Set<String> RESERVED = Set.of("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION",
            "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR");

    private final Map<String, YamlNode> fields;

    private ManifestReader(Map<String, YamlNode> fields) {
        this.fields = fields;
    }

    static FunctionManifest read(byte[] yaml) throws ManifestException {
        if (!(YamlNode.read(yaml) instanceof YamlNode.Fields(var fields))) {
            throw new ManifestException("function.yaml must hold fields, one 'name: value' a line");
        }
        for (String field : fields.keySet()) {
            if (!KNOWN.contains(field)) {
                throw new ManifestException("unknown field '" + shown(field) + "'; known are "
                        + KNOWN.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
        return new ManifestReader(fields).manifest();
    }

    private FunctionManifest manifest() throws ManifestException {
        String name = text("name").orElseThrow(() -> missing("name", "letters, digits, - and _, at most 64"));
        if (!NAME.matcher(name).matches()) {
            throw wrong("name", name, "letters, digits, - and _, 1 to 64 of them");
        }
        Runtime runtime = runtime();
        return new FunctionManifest(name, runtime, handler(runtime), command(runtime), memory(runtime),
                cpus(runtime), timeout(), isolation(runtime), environment(runtime), egress(runtime), rehearse(runtime),
                count("maxConcurrency", 1, MAX_CONCURRENCY), count("queue", 0, MAX_QUEUE), words("build"));
    }

    private Runtime runtime() throws ManifestException {
        String allowed = Arrays.stream(Runtime.values()).map(Runtime::label).collect(Collectors.joining(", "));
        String label = text("runtime").orElseThrow(() -> missing("runtime", "one of " + allowed));
        return Arrays.stream(Runtime.values()).filter(each -> each.label().equals(label)).findFirst()
                .orElseThrow(() -> wrong("runtime", label, "one of " + allowed));
    }

    private String handler(Runtime runtime) throws ManifestException {
        Optional<String> handler = text("handler");
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
        YamlNode node = fields.get("command");
        if (runtime != Runtime.WASI && fields.containsKey("args")) {
            throw new ManifestException("field 'args' means nothing to runtime " + runtime.label()
                    + (runtime.handlerForm().isPresent() ? "" : "; write the arguments into 'command'"));
        }
        if (runtime.handlerForm().isPresent()) {
            if (node != null) {
                throw new ManifestException("field 'command' means nothing to runtime " + runtime.label() + "; use 'handler'"
                        + (runtime == Runtime.WASI ? " and 'args'" : ""));
            }
            return runtime == Runtime.WASI ? argumentsOfModule() : List.of();
        }
        List<String> command = words("command");
        if (command.isEmpty()) {
            if (!runtime.asksForEvents()) {
                throw missing("command", "the program to run and its arguments, such as "
                        + (runtime == Runtime.HTTP ? "[node, server.js]" : "./main"));
            }
            return List.of("./bootstrap");
        }
        return command;
    }

    /** A command line: words, or a list of words. */
    private List<String> words(String field) throws ManifestException {
        List<String> words = switch (fields.get(field)) {
            case null -> List.of();
            case YamlNode.Scalar(String text, boolean empty) -> {
                if (text.contains("\"") || text.contains("'")) {
                    throw wrong(field, text, "words without quotes, or a list of words");
                }
                yield text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
            }
            case YamlNode.Items(var items) -> {
                List<String> all = new ArrayList<>();
                for (YamlNode item : items) {
                    all.add(scalar(field, item, "a word, or a list of words"));
                }
                yield all;
            }
            case YamlNode.Fields fieldsInside -> throw wrong(field, "{…}", "a word, or a list of words");
        };
        if (words.size() > MAX_ARGUMENTS || !words.isEmpty() && words.getFirst().isEmpty()) {
            throw wrong(field, words.toString(), "a program and at most " + (MAX_ARGUMENTS - 1) + " arguments");
        }
        for (String word : words) {
            checkedArgument(field, word);
        }
        return words;
    }

    /** As programs have it: the name first. */
    private List<String> argumentsOfModule() throws ManifestException {
        List<String> all = new ArrayList<>();
        all.add(text("handler").orElseThrow());
        all.addAll(texts("args", "a list of words"));
        if (all.size() > MAX_ARGUMENTS) {
            throw wrong("args", all.size() - 1 + " words", "at most " + (MAX_ARGUMENTS - 1));
        }
        for (String word : all) {
            checkedArgument("args", word);
        }
        return all;
    }

    private int cpus(Runtime runtime) throws ManifestException {
        int cpus = count("cpu", 1, MachineConfig.MAX_CPUS).orElse(1);
        if (runtime == Runtime.WASI && cpus > 1) {
            throw wrong("cpu", Integer.toString(cpus), "1 with runtime wasi, as a module has one thread");
        }
        return cpus;
    }

    private int memory(Runtime runtime) throws ManifestException {
        Optional<String> value = text("memory");
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
        Optional<String> value = text("timeout");
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
        Optional<String> label = text("isolation");
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

    private Map<String, String> environment(Runtime runtime) throws ManifestException {
        String form = "a map of strings, 'NAME: value' a line";
        Map<String, YamlNode> variables = switch (fields.get("env")) {
            case null -> Map.of();
            case YamlNode.Fields(var inside) -> inside;
            case YamlNode.Scalar(String text, boolean empty) when empty -> Map.of();
            case YamlNode.Scalar(String text, boolean empty) -> throw wrong("env", text, form);
            case YamlNode.Items items -> throw wrong("env", "[…]", form);
        };
        Map<String, String> environment = new LinkedHashMap<>();
        int bytes = 0;
        for (var variable : variables.entrySet()) {
            String name = variable.getKey();
            String field = "env." + shown(name);
            if (!VARIABLE.matcher(name).matches()) {
                throw new ManifestException("field '" + field + "': a variable's name has letters, digits and _");
            }
            if (RESERVED.contains(name)) {
                throw new ManifestException("field '" + field + "': Lambda reserves this name; choose another");
            }
            if (runtime == Runtime.HTTP && name.equals("PORT")) {
                throw new ManifestException("field '" + field + "': runtime http sets it; listen on $PORT");
            }
            String value = checkedArgument(field, scalar(field, variable.getValue(), "a string"));
            bytes += name.length() + value.getBytes(StandardCharsets.UTF_8).length;
            environment.put(name, value);
        }
        if (bytes > MAX_ENVIRONMENT) {
            throw new ManifestException(
                    "field 'env' takes " + bytes + " bytes in all; at most " + MAX_ENVIRONMENT + " are allowed");
        }
        return environment;
    }

    private List<String> egress(Runtime runtime) throws ManifestException {
        List<String> rules = texts("egress", "a list of rules, such as [api.example.com:443, 203.0.113.0/24]");
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
        List<String> paths = texts("rehearse", form);
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

    /** A field's single text, or its list of them. */
    private List<String> texts(String field, String form) throws ManifestException {
        return switch (fields.get(field)) {
            case null -> List.of();
            case YamlNode.Scalar(String text, boolean empty) when empty -> List.of();
            case YamlNode.Scalar(String text, boolean empty) -> List.of(text);
            case YamlNode.Items(var items) -> {
                List<String> texts = new ArrayList<>();
                for (YamlNode item : items) {
                    texts.add(scalar(field, item, form));
                }
                yield texts;
            }
            case YamlNode.Fields inside -> throw wrong(field, "{…}", form);
        };
    }

    private OptionalInt count(String field, int least, int most) throws ManifestException {
        Optional<String> value = text(field);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.get().matches("\\d{1,9}")) {
            int count = Integer.parseInt(value.get());
            if (count >= least && count <= most) {
                return OptionalInt.of(count);
            }
        }
        throw wrong(field, value.get(), "a whole number from " + least + " to " + most);
    }

    private Optional<String> text(String field) throws ManifestException {
        YamlNode node = fields.get(field);
        if (node == null) {
            return Optional.empty();
        }
        if (node instanceof YamlNode.Scalar(String text, boolean empty) && (empty || text.isBlank())) {
            throw new ManifestException("field '" + field + "' is empty; give it a value or leave it out");
        }
        return Optional.of(scalar(field, node, "a single value"));
    }

    private static String scalar(String field, YamlNode node, String form) throws ManifestException {
        return switch (node) {
            case YamlNode.Scalar(String text, boolean empty) -> text;
            case YamlNode.Items items -> throw wrong(field, "[…]", form);
            case YamlNode.Fields inside -> throw wrong(field, "{…}", form);
        };
    }

    private static String checkedArgument(String field, String value) throws ManifestException {
        if (value.indexOf('\0') >= 0 || value.length() > MAX_ARGUMENT) {
            throw new ManifestException(
                    "field '" + field + "' holds a NUL or more than " + MAX_ARGUMENT + " characters, which no program can be given");
        }
        return value;
    }

    private static ManifestException missing(String field, String allowed) {
        return new ManifestException("field '" + field + "' is missing; it takes " + allowed);
    }

    private static ManifestException wrong(String field, String value, String allowed) {
        return new ManifestException("field '" + field + "' is '" + shown(value) + "'; it takes " + allowed);
    }

    /** Text of a stranger, fit for one line of a message. */
    private static String shown(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
