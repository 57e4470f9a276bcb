package dev.thaw.deploy.config;

import java.util.Optional;

/**
 * One server as the user knows it.
 *
 * @param server its URL
 * @param key    the API key for it, a secret
 * @param ca     path of certificates (PEM) to trust
 */
public record Profile(Optional<String> server, Optional<String> key, Optional<String> ca) {
    /** One that says nothing. */
    public static final Profile EMPTY = new Profile(Optional.empty(), Optional.empty(), Optional.empty());

    /** Its value of a field; the key is not shown, but that there is one. */
    public Optional<String> shown(Field field) {
        return switch (field) {
            case SERVER -> server;
            case KEY -> key.map(_ -> "(set)");
            case CA -> ca;
        };
    }

    /** The same with another value of a field, or none. */
    public Profile with(Field field, Optional<String> value) {
        return switch (field) {
            case SERVER -> new Profile(value, key, ca);
            case KEY -> new Profile(server, value, ca);
            case CA -> new Profile(server, key, value);
        };
    }

    /** What a profile says. */
    public enum Field {
        SERVER, KEY, CA;

        /** As the user writes it. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** The field of this label. */
        public static Optional<Field> named(String label) {
            return java.util.Arrays.stream(values()).filter(each -> each.label().equals(label)).findFirst();
        }
    }

    @Override
    public String toString() {
        return "Profile[" + server + ", " + ca + "]";
    }
}
