package dev.thaw.controlplane.functions;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller names a function by.
 *
 * @param name      [a-zA-Z0-9-_]{1,64}
 * @param qualifier a version number, an alias or {@code $LATEST}; empty stands for {@code $LATEST}
 */
public record FunctionReference(String name, Optional<String> qualifier) {
    /** A function's own version, whichever answers. */
    public static final String LATEST = "$LATEST";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_]{1,64}");
    /** FunctionName of Invoke in Lambda's service model: a name, a partial ARN or an ARN, each with a qualifier or without. */
    private static final Pattern REFERENCE = Pattern.compile("(?:arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]{1,32}:\\d{12}:function:|(?:\\d{12}:)?function:|\\d{12}:)?"
            + "([a-zA-Z0-9-_]{1,64})(?::(\\$LATEST|[a-zA-Z0-9-_]{1,128}))?");
    private static final int MAX_CHARS = 256;

    /** Whether a function may be called this. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads any of the forms; empty when it is none of them, or says one qualifier and the query another. */
    public static Optional<FunctionReference> parse(String text, Optional<String> qualifierOfQuery) {
        Matcher matcher = REFERENCE.matcher(text);
        if (text.length() > MAX_CHARS || !matcher.matches()) {
            return Optional.empty();
        }
        Optional<String> qualifier = Optional.ofNullable(matcher.group(2));
        if (qualifier.isPresent() && qualifierOfQuery.isPresent() && !qualifier.equals(qualifierOfQuery)) {
            return Optional.empty();
        }
        return Optional.of(new FunctionReference(matcher.group(1), qualifier.or(() -> qualifierOfQuery)));
    }

    /** As in {@code FunctionVersion}: region and account are placeholders. */
    public String arn() {
        return "arn:aws:lambda:us-east-1:000000000000:function:" + name + qualifier.map(q -> ":" + q).orElse("");
    }
}
