package dev.thaw.sdk.cloudevents;

import dev.thaw.sdk.Context;
import io.cloudevents.CloudEvent;
import java.util.Optional;

/** Answers a CloudEvent, with another one or with nothing. */
@FunctionalInterface
public interface CloudEventHandler {
    /** Whatever is thrown becomes the invocation's error. */
    Optional<CloudEvent> handle(CloudEvent event, Context context) throws Exception;
}
