package dev.thaw.controlplane.functions;

/** A change that is refused; nothing was changed. The message is for the caller. */
public final class ChangeException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, in Lambda's terms. */
    public enum Kind {
        /** The request makes no sense: InvalidParameterValueException. */
        INVALID,
        /** What it names is not there: ResourceNotFoundException. */
        NOT_FOUND,
        /** It is there already, in use, or being changed: ResourceConflictException. */
        CONFLICT,
        /** The RevisionId is not the present one: PreconditionFailedException. */
        PRECONDITION,
        /** There are as many as there may be: TooManyRequestsException. */
        TOO_MANY
    }

    private final Kind kind;

    public ChangeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
