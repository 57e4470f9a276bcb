package dev.thaw.sdk.runtime;

/**
 * Which of the interfaces that a function may bring its handler implements, by name: where they are not on the class path, no class may
 * be loaded that refers to them.
 */
final class OptionalHandlers {
    private OptionalHandlers() {}

    static boolean isCloudEventHandler(Class<?> type) {
        return implementsNamed(type, "dev.thaw.sdk.cloudevents.CloudEventHandler");
    }

    static boolean isLambdaHandler(Class<?> type) {
        return implementsNamed(type, "com.amazonaws.services.lambda.runtime.RequestHandler")
                || implementsNamed(type, "com.amazonaws.services.lambda.runtime.RequestStreamHandler");
    }

    private static boolean implementsNamed(Class<?> type, String name) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Class<?> implemented : each.getInterfaces()) {
                if (implemented.getName().equals(name) || implementsNamed(implemented, name)) {
                    return true;
                }
            }
        }
        return false;
    }
}
