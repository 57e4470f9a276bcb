package dev.thaw.controlplane.async;

/**
 * An event that no try has helped.
 *
 * @param id             of the request
 * @param function       its name
 * @param qualifier      as it was invoked; empty for none
 * @param condition      Lambda's: {@code RetriesExhausted}, {@code EventAgeExceeded}; ours: {@code FunctionNotFound}, {@code TooManyHops}
 * @param attempts       times that the function failed it
 * @param acceptedMillis when it was accepted, since the epoch
 * @param diedMillis     when it was given up
 * @param errorType      of the last try
 * @param errorMessage   of the last try, cut to some thousand characters
 * @param payload        the event; empty in lists
 */
public record DeadLetter(String id, String function, String qualifier, String condition, int attempts, long acceptedMillis, long diedMillis,
        String errorType, String errorMessage, byte[] payload) {}
