package dev.thaw.deploy;

import java.util.regex.Pattern;

/** The names that functions may have, checked before one goes into a URL. */
final class FunctionName {
    /** As Lambda has it: letters, digits, hyphen, underscore; at most 64. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_]{1,64}");

    private static final Pattern QUALIFIED = Pattern.compile("[a-zA-Z0-9-_]{1,64}(:(\\$LATEST|[a-zA-Z0-9-_]{1,128}))?");

    private FunctionName() {}

    /** The name, with a version or an alias or without, or a usage error. */
    static String qualified(String name) {
        if (!QUALIFIED.matcher(name).matches()) {
            throw new Failure(Failure.USAGE, "'" + name + "' is not a function's name: 1 to 64 letters, digits, hyphens and underscores, and then"
                    + " ':' and a version or an alias if you want");
        }
        return name;
    }

    /** The name, or a usage error. */
    static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Failure(Failure.USAGE,
                    "'" + name + "' is not a function's name: 1 to 64 letters, digits, hyphens and underscores");
        }
        return name;
    }
}
