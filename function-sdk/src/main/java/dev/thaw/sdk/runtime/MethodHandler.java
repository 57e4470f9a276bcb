package dev.thaw.sdk.runtime;

import dev.thaw.sdk.Context;
import dev.thaw.sdk.json.Values;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;

/** A public method of a class that implements nothing: {@code O method()}, {@code O method(I)} or {@code O method(I, Context)}. */
final class MethodHandler {
    private MethodHandler() {}

    static EventFunction of(Object instance, Class<?> type, String name) throws RuntimeFault {
        List<Method> named = Arrays.stream(type.getMethods()).filter(each -> each.getName().equals(name) && !each.isBridge()).toList();
        if (named.size() != 1) {
            throw RuntimeFault.noHandler("class " + type.getName() + " has " + named.size() + " public methods " + name
                    + "; there must be exactly one");
        }
        Method method = named.getFirst();
        Type[] parameters = method.getGenericParameterTypes();
        boolean context = parameters.length > 0 && parameters[parameters.length - 1] == Context.class;
        int inputs = parameters.length - (context ? 1 : 0);
        if (inputs > 1) {
            throw RuntimeFault.noHandler("method " + type.getName() + "::" + name + " takes " + parameters.length
                    + " parameters; it may take the event, and a dev.thaw.sdk.Context after it");
        }
        Type result = method.getGenericReturnType() == void.class ? Object.class : method.getGenericReturnType();
        Values values = HandlerLoader.values(new Type[] {inputs == 0 ? byte[].class : parameters[0], result});
        return (event, given) -> {
            Object[] arguments = new Object[parameters.length];
            if (inputs == 1) {
                arguments[0] = HandlerLoader.read(values, event);
            }
            if (context) {
                arguments[inputs] = given;
            }
            return HandlerLoader.write(values, call(method, instance, arguments));
        };
    }

    private static Object call(Method method, Object instance, Object[] arguments) throws Exception {
        try {
            return method.invoke(instance, arguments);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case Exception exception -> throw exception;
                case Error error -> throw error;
                case Throwable other -> throw e;
            }
        }
    }
}
