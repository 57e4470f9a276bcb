package dev.thaw.controlplane.functions;

/**
 * Whether a deployed version can answer.
 *
 * @param kind   how it stands
 * @param reason why it failed, for people; empty otherwise
 * @param errorType Lambda's name of the failure, such as {@code Runtime.ExitError}; empty otherwise
 */
public record FunctionState(Kind kind, String reason, String errorType) {
    static final FunctionState ACTIVE = new FunctionState(Kind.ACTIVE, "", "");
    static final FunctionState PENDING = new FunctionState(Kind.PENDING, "", "");

    /** Lambda's names of states, in capitals. */
    public enum Kind {
        /** Its snapshot is ready. */
        ACTIVE("Active"),
        /** Its snapshot is being made, or taken up after a start of the server. */
        PENDING("Pending"),
        /** Its snapshot could not be taken up; each invocation tries again. */
        FAILED("Failed");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    static FunctionState failed(String reason, String errorType) {
        return new FunctionState(Kind.FAILED, reason, errorType);
    }
}
