package com.example.invoice;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums of an invoice. VAT is rounded once per rate, as tax offices want it, not once per line.
 *
 * @param rates the lowest first
 */
record Totals(BigDecimal net, List<Rate> rates, BigDecimal gross) {
    record Rate(BigDecimal percent, BigDecimal net, BigDecimal vat) {}

    static Totals of(Invoice invoice) {
        Map<BigDecimal, BigDecimal> netByRate = new TreeMap<>();
        for (Invoice.Line line : invoice.lines()) {
            netByRate.merge(line.vatPercent(), line.net(), BigDecimal::add);
        }
        List<Rate> rates = new ArrayList<>();
        BigDecimal net = cents(BigDecimal.ZERO);
        BigDecimal gross = net;
        for (Map.Entry<BigDecimal, BigDecimal> rate : netByRate.entrySet()) {
            BigDecimal vat = cents(rate.getValue().multiply(rate.getKey()).movePointLeft(2));
            rates.add(new Rate(rate.getKey(), rate.getValue(), vat));
            net = net.add(rate.getValue());
            gross = gross.add(rate.getValue()).add(vat);
        }
        return new Totals(net, rates, gross);
    }

    static BigDecimal cents(BigDecimal amount) {
        return amount.setScale(2, RoundingMode.HALF_UP);
    }
}
