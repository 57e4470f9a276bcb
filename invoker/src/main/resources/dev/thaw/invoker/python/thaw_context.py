"""The context object that a handler gets, with the attributes that AWS documents for Python."""

import json
import os
import time


class ClientContext:
    __slots__ = ("custom", "env", "client")

    def __init__(self, given):
        self.custom = given.get("custom")
        self.env = given.get("env")
        self.client = given.get("client")


class Identity:
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self):
        self.cognito_identity_id = None
        self.cognito_identity_pool_id = None


class Context:
    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
    memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
    log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")

    def __init__(self, request_id, headers):
        self.aws_request_id = request_id
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.identity = Identity()
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", 0))
        given = headers.get("lambda-runtime-client-context")
        self.client_context = None
        if given:
            try:
                self.client_context = ClientContext(json.loads(given))
            except (ValueError, AttributeError):
                pass  # The caller's context is not a JSON object.

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        print(message)

    def __repr__(self):
        return "Context(aws_request_id=%r, function_name=%r)" % (self.aws_request_id, self.function_name)
