package dev.thaw.sdk.runtime;

import dev.thaw.sdk.cloudevents.CloudEventCodec;
import dev.thaw.sdk.cloudevents.CloudEventHandler;
import dev.thaw.sdk.json.Values;

/** Handlers of CloudEvents, for functions that bring io.cloudevents:cloudevents-core. */
final class CloudEventHandlers {
    private CloudEventHandlers() {}

    static EventFunction of(Object instance) throws RuntimeFault {
        if (!Values.hasJackson()) {
            throw new RuntimeFault("Runtime.HandlerTypes", "CloudEvents are read and written by Jackson, and the package has none:"
                    + " add com.fasterxml.jackson.core:jackson-databind to its dependencies");
        }
        CloudEventHandler handler = (CloudEventHandler) instance;
        CloudEventCodec codec = new CloudEventCodec();
        return (event, context) -> codec.write(handler.handle(codec.read(event), context));
    }
}
