package dev.thaw.controlplane.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One line for each record: {@code TIME LEVEL message key=value…}, or a JSON object of the same.
 *
 * <p>Control characters are escaped in both, so that no function or client can forge a line. A stack trace is part of the
 * line in JSON and follows it in text, where it is only written for faults of the server's own.
 */
public final class ServerLogFormatter extends Formatter {
    private final boolean json;
    private final JsonMapper mapper = JsonMapper.builder().build();

    public ServerLogFormatter(boolean json) {
        this.json = json;
    }

    @Override
    public String format(LogRecord record) {
        return json ? asJson(record) : asText(record);
    }

    private String asText(LogRecord record) {
        StringBuilder line = new StringBuilder(160)
                .append(record.getInstant().truncatedTo(ChronoUnit.MILLIS)).append(' ')
                .append(level(record)).append(' ');
        escape(formatMessage(record), line);
        for (Field field : fields(record)) {
            line.append(' ').append(field.key()).append('=');
            String value = String.valueOf(field.value());
            if (value.isEmpty() || value.indexOf(' ') >= 0 || value.indexOf('"') >= 0) {
                line.append('"');
                escape(value.replace("\"", "\\\""), line);
                line.append('"');
            } else {
                escape(value, line);
            }
        }
        line.append('\n');
        if (record.getThrown() != null) {
            line.append(stackTrace(record.getThrown()));
        }
        return line.toString();
    }

    private String asJson(LogRecord record) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("time", record.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
        object.put("level", level(record));
        object.put("logger", String.valueOf(record.getLoggerName()));
        object.put("message", formatMessage(record));
        for (Field field : fields(record)) {
            object.put(field.key(), field.value() instanceof Number number ? number : String.valueOf(field.value()));
        }
        if (record.getThrown() != null) {
            object.put("exception", stackTrace(record.getThrown()));
        }
        try {
            return mapper.writeValueAsString(object) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings and numbers have a JSON form", e);
        }
    }

    /** With System.Logger's word for what java.util.logging calls SEVERE. */
    private static String level(LogRecord record) {
        return record.getLevel() == Level.SEVERE ? "ERROR" : record.getLevel().getName();
    }

    private static List<Field> fields(LogRecord record) {
        Object[] parameters = record.getParameters() == null ? new Object[0] : record.getParameters();
        return Arrays.stream(parameters).filter(Field.class::isInstance).map(Field.class::cast).toList();
    }

    private static void escape(String text, StringBuilder to) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0) || c == '\u2028' || c == '\u2029') {
                to.append(String.format("\\u%04x", (int) c));
            } else {
                to.append(c);
            }
        }
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
