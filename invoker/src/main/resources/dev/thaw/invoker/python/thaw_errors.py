"""Errors as Lambda shows them: to the caller as JSON, in the log with their traceback."""

import json
import sys
import traceback


class Fault(Exception):
    """A failure that has a name of Lambda's."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


def report(error, request_id):
    """Prints the error and returns its JSON."""
    if isinstance(error, Fault):
        error_type, trace = error.error_type, error.trace
    else:
        error_type = type(error).__name__
        # The first frame is this runtime's own.
        trace = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    try:
        message = str(error)
    except Exception:
        message = "the exception has no text"
    print("[ERROR] %s: %s" % (error_type, message), file=sys.stderr)
    if trace:
        print("Traceback (most recent call last):\n" + "".join(trace).rstrip("\n"), file=sys.stderr)
    shown = {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": trace}
    return json.dumps(shown).encode("utf-8")
