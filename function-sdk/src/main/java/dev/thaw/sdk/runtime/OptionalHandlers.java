package dev.thaw.sdk.runtime;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.thaw.sdk.cloudevents.CloudEventHandler;
import dev.thaw.sdk.cloudevents.CloudEventCodec;
import dev.thaw.sdk.json.Values;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

/** Handlers of interfaces that a function may bring: their classes are touched only once the handler is known to implement them. */
final class OptionalHandlers {
    private OptionalHandlers() {}

    static boolean isCloudEventHandler(Class<?> type) {
        return implementsNamed(type, "dev.thaw.sdk.cloudevents.CloudEventHandler");
    }

    static boolean isLambdaHandler(Class<?> type) {
        return implementsNamed(type, "com.amazonaws.services.lambda.runtime.RequestHandler")
                || implementsNamed(type, "com.amazonaws.services.lambda.runtime.RequestStreamHandler");
    }

    static EventFunction cloudEvents(Object instance) throws RuntimeFault {
        if (!Values.hasJackson()) {
            throw new RuntimeFault("Runtime.HandlerTypes", "CloudEvents are read and written by Jackson, and the package has none:"
                    + " add com.fasterxml.jackson.core:jackson-databind to its dependencies");
        }
        CloudEventHandler handler = (CloudEventHandler) instance;
        CloudEventCodec codec = new CloudEventCodec();
        return (event, context) -> codec.write(handler.handle(codec.read(event), context));
    }

    @SuppressWarnings("unchecked") // what is given to the handler is read as the type that it declares
    static EventFunction lambda(Object instance, Class<?> type) throws RuntimeFault {
        if (instance instanceof RequestHandler<?, ?> requests) {
            Values values = HandlerLoader.values(HandlerTypes.argumentsOf(type, RequestHandler.class));
            RequestHandler<Object, Object> handler = (RequestHandler<Object, Object>) requests;
            return (event, context) -> HandlerLoader.write(values,
                    handler.handleRequest(HandlerLoader.read(values, event), new LambdaContext(context)));
        }
        RequestStreamHandler handler = (RequestStreamHandler) instance;
        return (event, context) -> {
            ByteArrayOutputStream response = new ByteArrayOutputStream();
            handler.handleRequest(new ByteArrayInputStream(event), response, new LambdaContext(context));
            return response.toByteArray();
        };
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
