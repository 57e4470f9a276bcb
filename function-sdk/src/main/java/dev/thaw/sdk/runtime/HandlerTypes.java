package dev.thaw.sdk.runtime;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The types that a class gives for the parameters of a generic interface, through however many classes between them. */
final class HandlerTypes {
    private HandlerTypes() {}

    /** Object for a parameter that the class leaves open or gives in terms of an open one. */
    static Type[] argumentsOf(Class<?> type, Class<?> wanted) {
        return find(type, Map.of(), wanted).orElseThrow(() -> new IllegalArgumentException(type + " is no " + wanted));
    }

    private static Optional<Type[]> find(Type type, Map<TypeVariable<?>, Type> bound, Class<?> wanted) {
        Class<?> raw = raw(type);
        Map<TypeVariable<?>, Type> here = new HashMap<>();
        TypeVariable<?>[] variables = raw.getTypeParameters();
        for (int i = 0; i < variables.length; i++) {
            here.put(variables[i], type instanceof ParameterizedType given
                    ? resolved(given.getActualTypeArguments()[i], bound) : Object.class);
        }
        if (raw == wanted) {
            Type[] arguments = new Type[variables.length];
            for (int i = 0; i < variables.length; i++) {
                arguments[i] = here.get(variables[i]);
            }
            return Optional.of(arguments);
        }
        for (Type parent : raw.getGenericInterfaces()) {
            if (wanted.isAssignableFrom(raw(parent))) {
                return find(parent, here, wanted);
            }
        }
        Type parent = raw.getGenericSuperclass();
        return parent == null ? Optional.empty() : find(parent, here, wanted);
    }

    private static Type resolved(Type type, Map<TypeVariable<?>, Type> bound) {
        return type instanceof TypeVariable<?> variable ? bound.getOrDefault(variable, Object.class) : type;
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType given -> (Class<?>) given.getRawType();
            case Type other -> throw new IllegalArgumentException(other + " is neither a class nor an interface");
        };
    }
}
