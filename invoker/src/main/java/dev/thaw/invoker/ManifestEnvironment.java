package dev.thaw.invoker;

import static dev.thaw.invoker.ManifestFields.checkedArgument;
import static dev.thaw.invoker.ManifestFields.scalar;
import static dev.thaw.invoker.ManifestFields.shown;
import static dev.thaw.invoker.ManifestFields.wrong;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the variables of a {@code function.yaml}, its field {@code env}. */
final class ManifestEnvironment {
    private static final Pattern VARIABLE = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    /** Lambda's quota for all variables together, bytes. */
    private static final int MAX_ENVIRONMENT = 4096;
    /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "reserved environment variables". */
    private static final Set<String> RESERVED = Set.of("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION",
            "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR");

    private ManifestEnvironment() {}

    /** In the manifest's order; empty where there are none. */
    static Map<String, String> read(ManifestFields manifest, Runtime runtime) throws ManifestException {
        String form = "a map of strings, 'NAME: value' a line";
        Map<String, YamlNode> variables = switch (manifest.nodes().get("env")) {
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
}
