"""Answers with a greeting, and with what shows that every request has a machine of its own."""

import time
import uuid

# Runs once, before the snapshot is taken. Every request begins from here.
requests_seen = 0


def handler(event, context):
    global requests_seen
    requests_seen += 1
    query = event.get("queryStringParameters") or {}
    name = event.get("name") or query.get("name") or "world"
    return {
        "message": f"Hello, {name}!",
        "requests_seen": requests_seen,
        "uuid": str(uuid.uuid4()),
        "time": time.time(),
        "request_id": context.aws_request_id,
    }
