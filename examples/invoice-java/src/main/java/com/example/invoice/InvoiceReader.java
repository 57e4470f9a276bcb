package com.example.invoice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads an invoice from JSON and checks all of it. */
final class InvoiceReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
    private static final int MOST_LINES = 1000;
    private static final int MOST_TEXT = 200;
    private static final BigDecimal MOST_AMOUNT = new BigDecimal("1000000000");

    private InvoiceReader() {}

    static Invoice read(String text) throws InvalidInvoice {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidInvoice("body", "is not JSON: " + e.getOriginalMessage());
        }
        if (!json.isObject()) {
            throw new InvalidInvoice("body", "must be a JSON object with number, date, currency, seller, buyer and lines");
        }
        String currency = text(json, "", "currency");
        if (!CURRENCY.matcher(currency).matches()) {
            throw new InvalidInvoice("currency", "'" + currency + "' is not a code of three capitals like EUR");
        }
        return new Invoice(text(json, "", "number"), date(json), currency, party(json, "seller"), party(json, "buyer"), lines(json));
    }

    private static LocalDate date(JsonNode json) throws InvalidInvoice {
        String date = text(json, "", "date");
        try {
            return LocalDate.parse(date);
        } catch (DateTimeException e) {
            throw new InvalidInvoice("date", "'" + date + "' is not a date like 2026-01-31");
        }
    }

    private static Invoice.Party party(JsonNode json, String field) throws InvalidInvoice {
        JsonNode party = json.path(field);
        if (!party.isObject()) {
            throw new InvalidInvoice(field, "must be an object with name and address");
        }
        JsonNode address = party.path("address");
        if (!address.isArray() || address.isEmpty() || address.size() > 6) {
            throw new InvalidInvoice(field + ".address", "must be a list of 1 to 6 lines");
        }
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < address.size(); i++) {
            rows.add(text(address.get(i), field + ".address[" + i + "]"));
        }
        return new Invoice.Party(text(party, field + ".", "name"), rows, party.has("vatId") ? text(party, field + ".", "vatId") : "");
    }

    private static List<Invoice.Line> lines(JsonNode json) throws InvalidInvoice {
        JsonNode lines = json.path("lines");
        if (!lines.isArray() || lines.isEmpty() || lines.size() > MOST_LINES) {
            throw new InvalidInvoice("lines", "must be a list of 1 to " + MOST_LINES + " lines");
        }
        List<Invoice.Line> all = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String at = "lines[" + i + "].";
            JsonNode line = lines.get(i);
            BigDecimal vat = number(line, at, "vatPercent");
            if (vat.signum() < 0 || vat.compareTo(BigDecimal.valueOf(100)) > 0) {
                throw new InvalidInvoice(at + "vatPercent", vat.toPlainString() + " is not between 0 and 100");
            }
            all.add(new Invoice.Line(text(line, at, "description"), number(line, at, "quantity"), number(line, at, "unitPrice"), vat));
        }
        return all;
    }

    /** A number, or a string that holds one, which keeps it exact on its way through other people's JSON. */
    private static BigDecimal number(JsonNode json, String at, String field) throws InvalidInvoice {
        JsonNode value = json.path(field);
        String text = value.asText("");
        try {
            if ((value.isNumber() || value.isTextual()) && text.length() <= 20) {
                BigDecimal number = new BigDecimal(text.strip());
                if (number.abs().compareTo(MOST_AMOUNT) <= 0 && number.scale() <= 6 && number.scale() >= -9) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new InvalidInvoice(at + field, value.isMissingNode() ? "is missing; it takes a number"
                : "'" + cut(text) + "' is not a number with at most 6 decimals");
    }

    private static String text(JsonNode json, String at, String field) throws InvalidInvoice {
        return text(json.path(field), at + field);
    }

    private static String text(JsonNode value, String field) throws InvalidInvoice {
        if (!value.isTextual() || value.asText().isBlank()) {
            throw new InvalidInvoice(field, value.isMissingNode() ? "is missing" : "must be text that is not empty");
        }
        String text = value.asText().strip();
        if (text.length() > MOST_TEXT || text.chars().anyMatch(c -> c < ' ')) {
            throw new InvalidInvoice(field, "must be one line of at most " + MOST_TEXT + " characters");
        }
        return text;
    }

    private static String cut(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
