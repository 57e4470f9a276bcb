package dev.thaw.controlplane.audit;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * One line of the audit log. What a client sent is in it as text, which JSON escapes: no name can begin a line of its own.
 *
 * @param seq       counts from 1, for this data directory
 * @param time      when it was answered, ISO 8601
 * @param principal id of the key; {@code anyone} where none is asked for, {@code local} for what was done to the data directory itself,
 *                  empty where none was right
 * @param role      of the key; empty where none was right
 * @param namespace in which it acted; empty where no key was right
 * @param remote    address that it came from
 * @param operation Lambda's name of the operation, or ours
 * @param target    what it was about: a function, a key, a dead letter; of a refused client the id of the key that it claimed to have
 * @param status    of HTTP
 * @param result    {@code ok}, or the error's type
 * @param requestId as the client was told it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AuditEntry(long seq, String time, String principal, String role, String namespace, String remote, String operation, String target,
        int status, String result, String requestId) {
    private static final int MOST_CHARS = 512;

    public AuditEntry {
        operation = cut(operation);
        target = cut(target);
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "…";
    }

    AuditEntry numbered(long number) {
        return new AuditEntry(number, time, principal, role, namespace, remote, operation, target, status, result, requestId);
    }
}
