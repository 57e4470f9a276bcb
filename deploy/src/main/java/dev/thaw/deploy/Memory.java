package dev.thaw.deploy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An amount of memory of the command line: MiB, or with a unit as in a manifest: 512, 512M, 1 GB. */
record Memory(long bytes) {
    private static final long MEBIBYTE = 1L << 20;
    private static final long MIN_MIB = 4;
    private static final long MAX_MIB = 64 << 10;
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}) ?(|M|MB|MiB|G|GB|GiB)", Pattern.CASE_INSENSITIVE);

    static final class Converter implements ITypeConverter<Memory> {
        @Override
        public Memory convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (matcher.matches()) {
                boolean gibibytes = matcher.group(2).toUpperCase(Locale.ROOT).startsWith("G");
                long mebibytes = Long.parseLong(matcher.group(1)) * (gibibytes ? 1024 : 1);
                if (mebibytes >= MIN_MIB && mebibytes <= MAX_MIB) {
                    return new Memory(mebibytes * MEBIBYTE);
                }
            }
            throw new TypeConversionException("'" + text + "' is no amount of memory: " + MIN_MIB + "M to 64G, as in 256, 512M or 1G");
        }
    }
}
