"""Runs a Python function in a Thaw microVM: imports its handler, is frozen while it waits for its first event, answers events.

A system call leaves the VM and costs some 90 microseconds, so an event takes one recv and one send: its response and the
request for the next event leave together.
"""

import gc
import os
import sys

import thaw_errors
import thaw_logging
import thaw_reseed
from thaw_client import RuntimeClient
from thaw_context import Context
from thaw_json import decode, encode

import snapshot_restore_py

_SPARE_HEAP = 512 << 10


def load_handler(name):
    """The function that `module.function` (or `folder/module.function`) names; errors as Lambda names them."""
    module_name, _, function_name = name.rpartition(".")
    module_name = module_name.replace("/", ".")
    if not module_name or not function_name:
        raise thaw_errors.Fault("Runtime.MalformedHandlerName", "Bad handler '%s': it is module.function" % name)
    try:
        __import__(module_name)
        module = sys.modules[module_name]
    except ImportError as error:
        raise thaw_errors.Fault("Runtime.ImportModuleError",
                                "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, (error.text or "").strip())]
        raise thaw_errors.Fault("Runtime.UserCodeSyntaxError",
                                "Syntax error in module '%s': %s" % (module_name, error), trace) from error
    handler = getattr(module, function_name, None)
    if handler is None:
        raise thaw_errors.Fault("Runtime.HandlerNotFound",
                                "Handler '%s' missing on module '%s'" % (function_name, module_name))
    if not callable(handler):
        raise thaw_errors.Fault("Runtime.HandlerNotFound",
                                "Handler '%s' on module '%s' is not a function" % (function_name, module_name))
    return handler


def answer(handler, request_id, headers, payload):
    """What the handler makes of an event: (whether that is a result, its JSON)."""
    try:
        event = decode(payload)
    except ValueError as error:
        fault = thaw_errors.Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)
        return False, thaw_errors.report(fault, request_id)
    try:
        result = handler(event, Context(request_id, headers))
    except Exception as error:
        return False, thaw_errors.report(error, request_id)
    try:
        return True, encode(result)
    except Exception as error:
        fault = thaw_errors.Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)
        return False, thaw_errors.report(fault, request_id)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # The function closed or replaced it.


def initialise(client):
    """Imports the handler and runs the hooks that come before the snapshot; reports a failure and ends the program."""
    try:
        handler = load_handler(os.environ.get("_HANDLER", ""))
        for hook, args, kwargs in reversed(snapshot_restore_py.get_before_snapshot()):
            hook(*args, **kwargs)
    except Exception as error:
        body = thaw_errors.report(error, "")
        flush()
        client.fail("init/error", body)
        sys.exit(1)
    return handler


def restore(client):
    """Frozen here when the function registered hooks; runs those that come after the restore."""
    client.get("restore/next")
    try:
        thaw_reseed.reseed()
        for hook, args, kwargs in snapshot_restore_py.get_after_restore():
            hook(*args, **kwargs)
    except Exception as error:
        body = thaw_errors.report(error, "")
        flush()
        client.fail("restore/error", body)
        sys.exit(1)


def main():
    for stream in (sys.stdout, sys.stderr):
        # A line is seen even if the function is ended in the middle of its event.
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    task_root = os.environ.get("LAMBDA_TASK_ROOT", "/var/task")
    sys.path.insert(0, task_root)
    thaw_logging.install()
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    handler = initialise(client)
    # What an event needs is in the snapshot, not built after it.
    encode(decode(b'{"warm": [1, 2.5, "x", null]}'))
    thaw_reseed.reseed()
    # Leaves a piece of heap behind that an event can have without a fault a page.
    bytearray(_SPARE_HEAP)
    flush()
    # Nothing made so far is looked at again by the collector: its pages stay as they are in the snapshot.
    gc.collect()
    gc.freeze()
    hooked = bool(snapshot_restore_py.get_before_snapshot() or snapshot_restore_py.get_after_restore())
    if hooked:
        restore(client)
    request_id, headers, payload = client.first()
    if not hooked:
        thaw_reseed.reseed()
    while True:
        thaw_logging.request_id = request_id
        trace = headers.get("lambda-runtime-trace-id")
        if trace:
            os.environ["_X_AMZN_TRACE_ID"] = trace
        good, body = answer(handler, request_id, headers, payload)
        flush()
        request_id, headers, payload = client.answer(request_id, "response" if good else "error", body)


if __name__ == "__main__":
    main()
