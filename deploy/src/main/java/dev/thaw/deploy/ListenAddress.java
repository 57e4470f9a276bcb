package dev.thaw.deploy;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code HOST:PORT} of {@code --listen}.
 *
 * @param host a name or address; an IPv6 address without its brackets
 * @param port 0 (a free one) to 65535
 */
record ListenAddress(String host, int port) {
    static final class Converter implements ITypeConverter<ListenAddress> {
        @Override
        public ListenAddress convert(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.contains(":")) {
                host = "";
            }
            String port = text.substring(colon + 1);
            if (host.isBlank() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
                throw new TypeConversionException("'" + text + "' is not HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080");
            }
            return new ListenAddress(host, Integer.parseInt(port));
        }
    }
}
