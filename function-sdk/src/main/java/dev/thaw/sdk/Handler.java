package dev.thaw.sdk;

/**
 * Answers an event.
 *
 * <p>{@code String} and {@code byte[]} are the event or the response as it travels, whatever it holds. Any other type is JSON, read
 * and written by Jackson, which the function brings along (com.fasterxml.jackson.core:jackson-databind); fields of the event that the
 * type lacks are passed over. The types are taken from the class's declaration, {@code class Hello implements Handler<Order, Receipt>}.
 *
 * @param <I> what an event is read as
 * @param <O> what the response is written from
 */
@FunctionalInterface
public interface Handler<I, O> {
    /** Whatever is thrown becomes the invocation's error: its class, its message, its stack trace. */
    O handle(I input, Context context) throws Exception;
}
