"""Answers each event with a greeting."""

# What stands here runs once, at deploy, and is part of the snapshot that every request begins from.
greeting = "Hello"


def handler(event, context):
    query = event.get("queryStringParameters") or {}
    name = event.get("name") or query.get("name") or "world"
    print(f"greeting {name}")
    return {"message": f"{greeting}, {name}!", "request_id": context.aws_request_id}
