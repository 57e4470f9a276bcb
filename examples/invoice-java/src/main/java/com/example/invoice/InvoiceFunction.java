package com.example.invoice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.sdk.Context;
import dev.thaw.sdk.Handler;
import dev.thaw.sdk.Rehearsed;
import dev.thaw.sdk.http.HttpRequest;
import dev.thaw.sdk.http.HttpResponse;
import java.util.List;
import java.util.Map;

/**
 * {@code POST} an invoice as JSON, get it as a PDF, or with {@code ?format=json} what it sums up to. What is wrong with it is said with
 * the field's name and a 400.
 */
public final class InvoiceFunction implements Handler<HttpRequest, HttpResponse>, Rehearsed {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SAMPLE = """
            {"number": "0", "date": "2026-01-01", "currency": "EUR", "seller": {"name": "a", "address": ["b"], "vatId": "c"},
             "buyer": {"name": "d", "address": ["e"]},
             "lines": [{"description": "f", "quantity": 1.5, "unitPrice": "2", "vatPercent": 20}]}""";

    /** A PDF, totals and a complaint, again and again before the snapshot is taken: every request finds the code loaded and compiled. */
    @Override
    public List<String> rehearsals() {
        return List.of(request("pdf", SAMPLE), request("json", SAMPLE), request("pdf", "{}"));
    }

    private static String request(String format, String body) {
        return JSON.createObjectNode().put("rawPath", "/").put("body", body)
                .<ObjectNode>set("requestContext", JSON.createObjectNode().set("http", JSON.createObjectNode().put("method", "POST")))
                .<ObjectNode>set("queryStringParameters", JSON.createObjectNode().put("format", format)).toString();
    }

    @Override
    public HttpResponse handle(HttpRequest request, Context context) throws JsonProcessingException {
        if (!request.method().equals("POST")) {
            return problem(405, "POST an invoice as JSON").with("allow", "POST");
        }
        String format = request.query("format").orElse("pdf");
        try {
            Invoice invoice = InvoiceReader.read(request.text());
            return switch (format) {
                case "pdf" -> pdf(invoice);
                case "json" -> totals(invoice);
                case String other -> problem(400, "format: '" + other + "' is neither pdf nor json");
            };
        } catch (InvalidInvoice e) {
            return problem(400, e.getMessage());
        }
    }

    private static HttpResponse pdf(Invoice invoice) {
        String name = invoice.number().replaceAll("[^A-Za-z0-9.-]", "_");
        return HttpResponse.bytes(200, "application/pdf", InvoicePdf.of(invoice))
                .with("content-disposition", "inline; filename=\"invoice-" + name + ".pdf\"");
    }

    private static HttpResponse totals(Invoice invoice) throws JsonProcessingException {
        return HttpResponse.text(200, "application/json", JSON.writeValueAsString(Totals.of(invoice)));
    }

    private static HttpResponse problem(int status, String message) throws JsonProcessingException {
        return HttpResponse.text(status, "application/json", JSON.writeValueAsString(Map.of("error", message)));
    }
}
