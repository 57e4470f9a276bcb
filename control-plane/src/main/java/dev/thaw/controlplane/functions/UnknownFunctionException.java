package dev.thaw.controlplane.functions;

/** There is no function, or no version of it, of that name; the message names it as Lambda does, by its ARN. */
public final class UnknownFunctionException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnknownFunctionException(FunctionReference reference) {
        super("Function not found: " + reference.arn());
    }
}
