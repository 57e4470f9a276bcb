package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.invoker.FunctionNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings of a function in CreateFunction and UpdateFunctionConfiguration, as {@code functions} keeps them: those that were said.
 * {@code Environment} is the map of its variables alone.
 */
final class Settings {
    /** Read here, by either operation. */
    static final Set<String> SUPPORTED = Set.of("Role", "Handler", "Description", "Timeout", "MemorySize", "Environment", "Runtime",
            "TracingConfig", "EphemeralStorage", "SnapStart", "LoggingConfig");
    /** Of Lambda's, and refused. */
    static final Set<String> UNSUPPORTED = Set.of("VpcConfig", "DeadLetterConfig", "KMSKeyArn", "Layers", "FileSystemConfigs", "ImageConfig",
            "CapacityProviderConfig", "DurableConfig");
    private static final Pattern ROLE = Pattern.compile("arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
    private static final Pattern HANDLER = Pattern.compile("[^\\s]+");
    private static final int MOST_SECONDS = 900;
    private static final int LEAST_MB = 128;
    private static final int MOST_MB = 10_240;
    /** Lambda's default: the only one there is, as /tmp lies in the function's memory. */
    private static final int TMP_MB = 512;

    private Settings() {}

    /** @param name of the function, for its log group */
    static ObjectNode read(Fields fields, String name) throws Problem {
        ObjectNode settings = Json.object();
        fields.text("Role", 10_000, ROLE).ifPresent(role -> settings.put("Role", role));
        fields.text("Handler", 128, HANDLER).ifPresent(handler -> settings.put("Handler", handler));
        fields.text("Description", 256).ifPresent(text -> settings.put("Description", text));
        fields.integer("Timeout", 1, MOST_SECONDS).ifPresent(seconds -> settings.put("Timeout", seconds));
        fields.integer("MemorySize", LEAST_MB, MOST_MB).ifPresent(size -> settings.put("MemorySize", size));
        Optional<String> runtime = fields.text("Runtime", 100);
        if (runtime.isPresent()) {
            settings.put("Runtime", runtime(runtime.get()));
        }
        Optional<Fields> environment = fields.object("Environment");
        if (environment.isPresent()) {
            Map<String, String> variables = environment.get().allow("Variables").map("Variables").orElse(Map.of());
            ObjectNode all = settings.putObject("Environment");
            variables.forEach(all::put);
        }
        accept(fields, name, settings);
        return settings;
    }

    private static String runtime(String name) throws Problem {
        if (!dev.thaw.controlplane.functions.LambdaRuntime.isSupported(name)) {
            throw Problem.invalidParameter("Runtime is '" + Fields.shown(name) + "'; supported are python3.9 and newer, nodejs18.x and newer, java21,"
                    + " java25, provided, provided.al2, provided.al2023, and Thaw's own in function.yaml");
        }
        return name;
    }

    /** What has one value here, or makes no difference. */
    private static void accept(Fields fields, String name, ObjectNode settings) throws Problem {
        Optional<Fields> tracing = fields.object("TracingConfig");
        if (tracing.isPresent()) {
            tracing.get().allow("Mode").oneOf("Mode", "PassThrough");
        }
        Optional<Fields> storage = fields.object("EphemeralStorage");
        if (storage.isPresent()) {
            if (storage.get().allow("Size").integer("Size", TMP_MB, TMP_MB).isEmpty()) {
                throw storage.get().missing("Size");
            }
        }
        Optional<Fields> snapStart = fields.object("SnapStart");
        if (snapStart.isPresent()) {
            snapStart.get().allow("ApplyOn").oneOf("ApplyOn", "PublishedVersions", "None").ifPresent(when -> settings.put("SnapStart", when));
        }
        Optional<Fields> logging = fields.object("LoggingConfig");
        if (logging.isPresent()) {
            Fields inside = logging.get().allow(Set.of("LogFormat", "LogGroup"), Set.of("ApplicationLogLevel", "SystemLogLevel"));
            inside.oneOf("LogFormat", "Text");
            inside.oneOf("LogGroup", "/aws/lambda/" + FunctionNames.plain(name));
        }
    }

    /** What CreateFunction and UpdateFunctionCode say beside the zip. */
    static void acceptArchitectures(Fields fields) throws Problem {
        List<String> architectures = fields.texts("Architectures").orElse(List.of("x86_64"));
        if (!architectures.equals(List.of("x86_64"))) {
            throw Problem.invalidParameter("Architectures is " + Fields.shown(architectures.toString()) + "; supported is [x86_64]");
        }
    }

    static String functionName(Fields fields, Namespace namespace) throws Problem {
        String text = fields.text("FunctionName", 140).orElseThrow(() -> fields.missing("FunctionName"));
        return FunctionReference.parse(namespace, text, Optional.empty()).filter(reference -> reference.qualifier().isEmpty() && reference.isOf(namespace))
                .orElseThrow(() -> Problem.invalidParameter("FunctionName is '" + Fields.shown(text)
                        + "'; it takes a name of up to 64 letters, digits, '-' and '_', or an ARN of this account, "
                        + namespace.account() + ", without a version")).name();
    }
}
