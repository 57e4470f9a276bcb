"""Orders in, sales report out: as JSON, CSV or an Excel workbook.

Over HTTP: POST the orders to the function's URL, and choose with ?format=json|csv|xlsx.
Invoked directly: the event is {"orders": [...], "format": "..."}.
"""

import base64
import json
import os

import orders
import sheets
import summary

COMPANY = os.environ.get("COMPANY", "")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def handler(event, context):
    try:
        document, chosen = read_request(event)
        lines = orders.read(document)
        report = summary.of(lines)
    except orders.Wrong as problem:
        return answer(400, "application/json", json.dumps({"error": str(problem)}))
    print(f"{len(lines)} order lines, format {chosen}")
    return FORMATS[chosen](report)


def read_request(event):
    """The orders document and the chosen format, from either kind of event."""
    if not isinstance(event, dict):
        raise orders.Wrong("the event is not a JSON object")
    if "requestContext" not in event:
        return event, known_format(event.get("format", "json"))
    method = event["requestContext"].get("http", {}).get("method", "")
    if method != "POST":
        raise orders.Wrong(f"send the orders with POST, not {method}")
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    try:
        document = json.loads(body)
    except ValueError as problem:
        raise orders.Wrong(f"the body is not JSON: {problem}") from None
    query = event.get("queryStringParameters") or {}
    return document, known_format(query.get("format", "json"))


def known_format(name):
    if name not in FORMATS:
        raise orders.Wrong(f"format '{name}' is not one of {', '.join(FORMATS)}")
    return name


def as_json(report):
    return answer(200, "application/json", json.dumps({"company": COMPANY, **report}, default=str, indent=2))


def as_csv(report):
    return attachment("text/csv; charset=utf-8", "sales.csv", sheets.csv_of(report["by_month"]).encode())


def as_xlsx(report):
    pages = {"Months": report["by_month"], "Customers": report["by_customer"], "Products": report["by_product"]}
    return attachment(XLSX, "sales.xlsx", sheets.workbook_of(pages))


FORMATS = {"json": as_json, "csv": as_csv, "xlsx": as_xlsx}


def attachment(kind, name, content):
    response = answer(200, kind, base64.b64encode(content).decode())
    response["isBase64Encoded"] = True
    response["headers"]["content-disposition"] = f'attachment; filename="{name}"'
    return response


def answer(status, kind, body):
    return {"statusCode": status, "headers": {"content-type": kind}, "body": body, "isBase64Encoded": False}
