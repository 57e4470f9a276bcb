package dev.thaw.deploy;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time limit of the command line: seconds, or with a unit as in a manifest: 30, 1.5s, 500ms, 2m. */
final class TimeLimit implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,7})(?:\\.(\\d{1,3}))?(|s|ms|m|h)");

    @Override
    public Duration convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            long unitMillis = switch (matcher.group(3)) {
                case "ms" -> 1;
                case "m" -> 60_000;
                case "h" -> 3_600_000;
                case String seconds -> 1000;
            };
            String fraction = matcher.group(2) == null ? "" : matcher.group(2);
            long thousandths = Long.parseLong(matcher.group(1)) * 1000 + Long.parseLong((fraction + "000").substring(0, 3));
            Duration limit = Duration.ofNanos(thousandths * unitMillis * 1000);
            if (!limit.isZero()) {
                return limit;
            }
        }
        throw new TypeConversionException("'" + text + "' is no time limit: more than 0, as in 30, 1.5s, 500ms or 2m");
    }
}
