package dev.thaw.deploy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes on a disk of the command line: with a unit, 500M, 8G, 1 TB, each of 1,024 of the one before. */
record DiskSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}) ?(M|G|T)i?B?", Pattern.CASE_INSENSITIVE);
    private static final int MEBIBYTE_BITS = 20;
    private static final long MOST = 64L << 40;

    static final class Converter implements ITypeConverter<DiskSize> {
        @Override
        public DiskSize convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (matcher.matches()) {
                int bits = MEBIBYTE_BITS + 10 * "MGT".indexOf(matcher.group(2).toUpperCase(Locale.ROOT));
                long count = Long.parseLong(matcher.group(1));
                if (count > 0 && count <= MOST >> bits) {
                    return new DiskSize(count << bits);
                }
            }
            throw new TypeConversionException("'" + text + "' is no size: 1M to 64T, as in 500M, 8G or 1T");
        }
    }
}
