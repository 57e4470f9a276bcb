package com.example.invoice;

import java.math.BigDecimal;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Lays an invoice out on as many pages as it takes. */
final class InvoicePdf {
    private static final double LEFT = 56;
    private static final double RIGHT = PdfDocument.WIDTH - 56;
    private static final double QUANTITY = 350;
    private static final double PRICE = 420;
    private static final double VAT = 465;
    private static final double LAST_ROW = PdfDocument.HEIGHT - 72;
    private static final double ROW = 16;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

    private final PdfDocument pdf = new PdfDocument();
    private final Invoice invoice;
    private double y;

    private InvoicePdf(Invoice invoice) {
        this.invoice = invoice;
    }

    static byte[] of(Invoice invoice) {
        InvoicePdf layout = new InvoicePdf(invoice);
        layout.head();
        layout.rows();
        layout.totals(Totals.of(invoice));
        return layout.pdf.bytes();
    }

    private void head() {
        pdf.newPage();
        y = 72;
        party(invoice.seller(), true);
        y += 24;
        party(invoice.buyer(), false);
        y += 32;
        pdf.text(LEFT, y, 18, true, "Invoice " + PdfDocument.fitted(invoice.number(), 18, 360));
        pdf.textRight(RIGHT, y, 10, false, invoice.date().format(DATE));
        y += 28;
        columns();
    }

    private void party(Invoice.Party party, boolean bold) {
        row(LEFT, bold, party.name());
        party.address().forEach(line -> row(LEFT, false, line));
        if (!party.vatId().isEmpty()) {
            row(LEFT, false, "VAT ID " + party.vatId());
        }
    }

    private void row(double x, boolean bold, String text) {
        pdf.text(x, y, 10, bold, PdfDocument.fitted(text, 10, RIGHT - x));
        y += 14;
    }

    private void columns() {
        pdf.text(LEFT, y, 9, true, "Description");
        pdf.textRight(QUANTITY, y, 9, true, "Quantity");
        pdf.textRight(PRICE, y, 9, true, "Price");
        pdf.textRight(VAT, y, 9, true, "VAT");
        pdf.textRight(RIGHT, y, 9, true, invoice.currency());
        pdf.line(LEFT, RIGHT, y + 5);
        y += ROW + 2;
    }

    private void rows() {
        for (Invoice.Line line : invoice.lines()) {
            room(1);
            pdf.text(LEFT, y, 10, false, PdfDocument.fitted(line.description(), 10, QUANTITY - LEFT - 60));
            pdf.textRight(QUANTITY, y, 10, false, plain(line.quantity()));
            pdf.textRight(PRICE, y, 10, false, money(line.unitPrice()));
            pdf.textRight(VAT, y, 10, false, plain(line.vatPercent()) + " %");
            pdf.textRight(RIGHT, y, 10, false, money(line.net()));
            y += ROW;
        }
    }

    private void totals(Totals totals) {
        room(totals.rates().size() + 2);
        pdf.line(QUANTITY - 60, RIGHT, y - 9);
        sum("Net", totals.net(), false);
        for (Totals.Rate rate : totals.rates()) {
            sum("VAT " + plain(rate.percent()) + " % of " + money(rate.net()), rate.vat(), false);
        }
        sum("Total " + invoice.currency(), totals.gross(), true);
    }

    private void sum(String label, BigDecimal amount, boolean bold) {
        pdf.text(QUANTITY - 60, y, 10, bold, label);
        pdf.textRight(RIGHT, y, 10, bold, money(amount));
        y += ROW;
    }

    /** Goes on to the next page when so many rows do not fit any more. */
    private void room(int rows) {
        if (y + rows * ROW > LAST_ROW) {
            pdf.newPage();
            y = 72;
            columns();
        }
    }

    private static String money(BigDecimal amount) {
        return String.format(Locale.ROOT, "%,.2f", amount);
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
