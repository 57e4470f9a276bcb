package com.example.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.sdk.junit.TestFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to the function's URL, as the platform hands them over. */
class InvoiceFunctionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final TestFunction INVOICES = TestFunction.local(InvoiceFunction.class);

    private static ObjectNode sample() throws IOException {
        return (ObjectNode) JSON.readTree(Files.readAllBytes(Path.of("test-event.json")));
    }

    private static JsonNode post(String format, String body) throws IOException {
        ObjectNode event = JSON.createObjectNode().put("version", "2.0").put("rawPath", "/").put("body", body).put("isBase64Encoded", false);
        event.putObject("requestContext").putObject("http").put("method", "POST");
        ObjectNode parameters = event.putObject("queryStringParameters");
        if (!format.isEmpty()) {
            parameters.put("format", format);
        }
        return JSON.readTree(INVOICES.invoke(JSON.writeValueAsString(event)).payload());
    }

    private static String pdf(JsonNode invoice) throws IOException {
        JsonNode reply = post("", invoice.toString());
        assertEquals(200, reply.path("statusCode").asInt(), reply.toString());
        assertEquals("application/pdf", reply.path("headers").path("content-type").asText());
        assertTrue(reply.path("isBase64Encoded").asBoolean());
        return new String(Base64.getDecoder().decode(reply.path("body").asText()), StandardCharsets.ISO_8859_1);
    }

    @Test
    void printsAnInvoice() throws IOException {
        String pdf = pdf(sample());
        assertTrue(pdf.startsWith("%PDF-1.4\n") && pdf.endsWith("%%EOF\n"));
        for (String printed : List.of("(Invoice 2026-0042)", "(31 January 2026)", "(Analytical engine, repair)", "(600.00)",
                "(VAT 19 % of 600.00)", "(754.09)")) {
            assertTrue(pdf.contains(printed), printed);
        }
    }

    @Test
    void everyObjectIsWhereTheTableSays() throws IOException {
        String pdf = pdf(sample());
        int table = Integer.parseInt(pdf.replaceAll("(?s).*startxref\n(\\d+)\n.*", "$1"));
        String[] entries = pdf.substring(pdf.indexOf("0000000000 65535 f"), pdf.indexOf("trailer")).split("\n");
        assertTrue(pdf.startsWith("xref\n", table));
        for (int i = 1; i < entries.length; i++) {
            assertTrue(pdf.startsWith(i + " 0 obj\n", Integer.parseInt(entries[i].substring(0, 10))), "object " + i);
        }
    }

    @Test
    void goesOnToMorePages() throws IOException {
        ObjectNode invoice = sample();
        for (int i = 0; i < 100; i++) {
            invoice.withArray("lines").addObject().put("description", "line (" + i + ") \\").put("quantity", 1).put("unitPrice", 1)
                    .put("vatPercent", 0);
        }
        String pdf = pdf(invoice);
        assertTrue(pdf.contains("/Count 3>>"), pdf.substring(0, 200));
        assertTrue(pdf.contains("(line \\05099\\051 \\134)"));
    }

    @Test
    void sumsUpWithVatRoundedOncePerRate() throws IOException {
        JsonNode reply = post("json", sample().toString());
        assertEquals("{\"net\":637.47,\"rates\":[{\"percent\":7,\"net\":37.47,\"vat\":2.62},{\"percent\":19,\"net\":600.00,\"vat\":114.00}],"
                + "\"gross\":754.09}", reply.path("body").asText());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/date|\"yesterday\"|date: 'yesterday' is not a date like 2026-01-31",
        "/currency|\"euros\"|currency: 'euros' is not a code of three capitals like EUR",
        "/seller/address|[]|seller.address: must be a list of 1 to 6 lines",
        "/lines|[]|lines: must be a list of 1 to 1000 lines",
        "/lines/1/quantity|\"many\"|lines[1].quantity: 'many' is not a number with at most 6 decimals",
        "/lines/0/unitPrice|1e99|lines[0].unitPrice: '1.0E99' is not a number with at most 6 decimals",
        "/lines/0/vatPercent|101|lines[0].vatPercent: 101 is not between 0 and 100",
        "/buyer/name|\"\"|buyer.name: must be text that is not empty"})
    void saysWhichFieldIsWrong(String pointer, String value, String message) throws IOException {
        ObjectNode invoice = sample();
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) invoice.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), JSON.readTree(value));
        JsonNode reply = post("", invoice.toString());
        assertEquals(400, reply.path("statusCode").asInt(), reply.toString());
        assertEquals(message, JSON.readTree(reply.path("body").asText()).path("error").asText());
    }

    @Test
    void refusesWhatIsNoInvoice() throws IOException {
        assertEquals(400, post("", "{").path("statusCode").asInt());
        assertEquals(400, post("", "[]").path("statusCode").asInt());
        assertEquals(400, post("gif", sample().toString()).path("statusCode").asInt());
        assertEquals(405, JSON.readTree(INVOICES.invoke("{}").payload()).path("statusCode").asInt());
    }
}
