package dev.thaw.sdk.runtime;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.thaw.sdk.json.Values;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

/** Handlers that were written for AWS Lambda, for functions that bring com.amazonaws:aws-lambda-java-core. */
final class LambdaHandlers {
    private LambdaHandlers() {}

    @SuppressWarnings("unchecked") // what is given to the handler is read as the type that it declares
    static EventFunction of(Object instance, Class<?> type) throws RuntimeFault {
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
}
