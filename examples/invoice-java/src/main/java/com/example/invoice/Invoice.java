package com.example.invoice;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/** An invoice that has been checked: everything is there, and prints. */
record Invoice(String number, LocalDate date, String currency, Party seller, Party buyer, List<Line> lines) {
    /** @param vatId empty if there is none */
    record Party(String name, List<String> address, String vatId) {}

    record Line(String description, BigDecimal quantity, BigDecimal unitPrice, BigDecimal vatPercent) {
        /** To the cent, as it stands on the invoice. */
        BigDecimal net() {
            return Totals.cents(quantity.multiply(unitPrice));
        }
    }
}
