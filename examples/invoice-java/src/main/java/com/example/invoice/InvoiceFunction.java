package com.example.invoice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.sdk.Context;
import dev.thaw.sdk.Handler;
import dev.thaw.sdk.SnapshotHooks;
import dev.thaw.sdk.http.HttpRequest;
import dev.thaw.sdk.http.HttpResponse;
import java.util.Map;

/**
 * {@code POST} an invoice as JSON, get it as a PDF, or with {@code ?format=json} what it sums up to. What is wrong with it is said with
 * the field's name and a 400.
 */
public final class InvoiceFunction implements Handler<HttpRequest, HttpResponse>, SnapshotHooks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SAMPLE = """
            {"number": "0", "date": "2026-01-01", "currency": "EUR", "seller": {"name": "a", "address": ["b"], "vatId": "c"},
             "buyer": {"name": "d", "address": ["e"]},
             "lines": [{"description": "f", "quantity": 1.5, "unitPrice": "2", "vatPercent": 20}]}""";

    /** Goes all of the way once, so that every request finds the classes loaded, linked and warm. */
    @Override
    public void beforeFreeze() throws Exception {
        for (int i = 0; i < 20; i++) {
            Invoice sample = InvoiceReader.read(SAMPLE);
            pdf(sample);
            totals(sample);
        }
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
