package dev.thaw.invoker;

import java.util.Map;

/** Variables that say which function runs, https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html. */
final class LambdaVariables {
    private LambdaVariables() {}

    static Map<String, String> of(FunctionVersion version) {
        FunctionManifest manifest = version.manifest();
        String name = FunctionNames.plain(manifest.name());
        return Map.of("AWS_REGION", "us-east-1", "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_LAMBDA_FUNCTION_NAME", name,
                "AWS_LAMBDA_FUNCTION_VERSION", version.qualifier(),
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(manifest.memoryMb()),
                "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name,
                "AWS_LAMBDA_LOG_STREAM_NAME", "thaw");
    }
}
