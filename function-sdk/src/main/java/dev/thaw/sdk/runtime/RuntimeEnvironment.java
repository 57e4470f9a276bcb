package dev.thaw.sdk.runtime;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What the platform says through environment variables,
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
 *
 * @param api where the Runtime API answers
 * @param handler {@code package.Class} or {@code package.Class::method}
 * @param snapshot whether {@code restore/next} may be called
 * @param functionName empty if not said, as the version
 * @param functionVersion a number
 * @param memoryMb 0 if not said
 */
public record RuntimeEnvironment(InetSocketAddress api, String handler, boolean snapshot, String functionName,
        String functionVersion, int memoryMb) {
    /** Fails with an IllegalArgumentException that names the variable. */
    public static RuntimeEnvironment of(Map<String, String> variables) {
        String api = variables.getOrDefault("AWS_LAMBDA_RUNTIME_API", "");
        int colon = api.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("AWS_LAMBDA_RUNTIME_API is '" + api + "' and should be HOST:PORT: this program is"
                    + " started by the platform; to try a handler by itself see dev.thaw.sdk.junit");
        }
        return new RuntimeEnvironment(new InetSocketAddress(api.substring(0, colon), number("AWS_LAMBDA_RUNTIME_API", api.substring(colon + 1))),
                variables.getOrDefault("_HANDLER", ""),
                variables.getOrDefault("AWS_LAMBDA_INITIALIZATION_TYPE", "").equals("snap-start"),
                variables.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", ""),
                variables.getOrDefault("AWS_LAMBDA_FUNCTION_VERSION", ""),
                number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", variables.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")));
    }

    private static int number(String variable, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(variable + ": '" + text + "' is not a number");
        }
    }
}
