package dev.thaw.sdk.runtime;

import dev.thaw.sdk.Handler;
import dev.thaw.sdk.HookRegistry;
import dev.thaw.sdk.Rehearsed;
import dev.thaw.sdk.SnapshotHooks;
import dev.thaw.sdk.StreamHandler;
import dev.thaw.sdk.json.Values;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.util.List;

/** Makes the handler that a manifest names. The only reflection of the loop is what a class known by its name takes. */
final class HandlerLoader {
    private static final String FORM = "package.Class or package.Class::method";

    private HandlerLoader() {}

    /**
     * A handler that was made.
     *
     * @param rehearsals the events that it wants to practise with
     */
    record Loaded(EventFunction function, List<String> rehearsals) {}

    static Loaded load(String handler) throws Throwable {
        int separator = handler.indexOf("::");
        String className = separator < 0 ? handler : handler.substring(0, separator);
        if (className.isEmpty()) {
            throw new RuntimeFault("Runtime.MalformedHandlerName", "the handler is '" + handler + "' and should be " + FORM);
        }
        Class<?> type = classOf(className);
        Object instance = instanceOf(type);
        EventFunction function = separator < 0 ? function(instance, type) : MethodHandler.of(instance, type, handler.substring(separator + 2));
        if (instance instanceof SnapshotHooks hooks) {
            HookRegistry.PROCESS.add(hooks);
        }
        return new Loaded(function, instance instanceof Rehearsed rehearsed ? rehearsed.rehearsals() : List.of());
    }

    static EventFunction function(Object instance, Class<?> type) throws RuntimeFault {
        return switch (instance) {
            case Handler<?, ?> handler -> typed(handler, type);
            case StreamHandler handler -> streams(handler);
            case Object other when OptionalHandlers.isCloudEventHandler(type) -> CloudEventHandlers.of(other);
            case Object other when OptionalHandlers.isLambdaHandler(type) -> LambdaHandlers.of(other, type);
            case Object other -> throw RuntimeFault.noHandler("class " + type.getName() + " implements none of dev.thaw.sdk.Handler,"
                    + " StreamHandler and CloudEventHandler; implement one, or name a method: " + type.getName() + "::method");
        };
    }

    @SuppressWarnings("unchecked") // what is given to the handler is read as the type that it declares
    private static EventFunction typed(Handler<?, ?> handler, Class<?> type) throws RuntimeFault {
        Type[] types = HandlerTypes.argumentsOf(type, Handler.class);
        Values values = values(types);
        Handler<Object, Object> callable = (Handler<Object, Object>) handler;
        return (event, context) -> write(values, callable.handle(read(values, event), context));
    }

    private static EventFunction streams(StreamHandler handler) {
        return (event, context) -> {
            ByteArrayOutputStream response = new ByteArrayOutputStream();
            handler.handle(new ByteArrayInputStream(event), response, context);
            return response.toByteArray();
        };
    }

    static Values values(Type[] types) throws RuntimeFault {
        try {
            return Values.of(types[0], types[1]);
        } catch (IllegalArgumentException e) {
            throw new RuntimeFault("Runtime.HandlerTypes", e.getMessage(), e);
        }
    }

    static Object read(Values values, byte[] event) throws RuntimeFault {
        try {
            return values.read(event);
        } catch (IOException e) {
            throw new RuntimeFault("Runtime.UnmarshalError", "the event does not fit the handler: " + e.getMessage(), e);
        }
    }

    static byte[] write(Values values, Object response) throws RuntimeFault {
        try {
            return values.write(response);
        } catch (IOException e) {
            throw new RuntimeFault("Runtime.MarshalError", "the response cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    private static Class<?> classOf(String name) throws Throwable {
        try {
            return Class.forName(name, true, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            throw new RuntimeFault("Runtime.ImportModuleError", "class " + name + " is in none of the package's jars; the class path is "
                    + System.getProperty("java.class.path"), e);
        } catch (ExceptionInInitializerError e) {
            throw e.getCause() == null ? e : e.getCause();
        } catch (UnsupportedClassVersionError e) {
            throw new RuntimeFault("Runtime.ImportModuleError", e.getMessage() + "; this is Java " + System.getProperty("java.version"), e);
        }
    }

    private static Object instanceOf(Class<?> type) throws Throwable {
        try {
            return type.getConstructor().newInstance();
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw RuntimeFault.noHandler("class " + type.getName() + " must be a public class with a public constructor without parameters");
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
