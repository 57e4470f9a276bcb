package com.example.invoice;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A PDF 1.4 of text and lines on A4 pages, in the two fonts that every reader has (ISO 32000-1, 9.6.2.2). Units are points, 1/72
 * inch, from the top left. Characters beyond Windows-1252 are printed as question marks.
 */
final class PdfDocument {
    static final double WIDTH = 595;
    static final double HEIGHT = 842;
    private static final Charset LATIN = Charset.forName("windows-1252");
    /** Widths of Helvetica's characters from the space to the tilde, thousandths of the size (Adobe Font Metrics). */
    private static final int[] WIDTHS = {278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556,
        556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
        722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
        556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584};

    private final List<StringBuilder> pages = new ArrayList<>();

    void newPage() {
        pages.add(new StringBuilder());
    }

    void text(double x, double y, double size, boolean bold, String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte each : text.getBytes(LATIN)) {
            int code = each & 0xff;
            if (code == '(' || code == ')' || code == '\\' || code < ' ' || code > '~') {
                escaped.append('\\').append(String.format(Locale.ROOT, "%03o", code));
            } else {
                escaped.append((char) code);
            }
        }
        page().append(String.format(Locale.ROOT, "BT /F%d %.1f Tf %.2f %.2f Td (%s) Tj ET\n", bold ? 2 : 1, size, x, HEIGHT - y, escaped));
    }

    /** Ends at x. */
    void textRight(double x, double y, double size, boolean bold, String text) {
        text(x - width(text, size), y, size, bold, text);
    }

    void line(double fromX, double toX, double y) {
        page().append(String.format(Locale.ROOT, "0.5 w %.2f %.2f m %.2f %.2f l S\n", fromX, HEIGHT - y, toX, HEIGHT - y));
    }

    /** What of a text fits into a width, cut with dots if it does not. */
    static String fitted(String text, double size, double width) {
        if (width(text, size) <= width) {
            return text;
        }
        int length = text.length();
        while (length > 0 && width(text.substring(0, length) + "...", size) > width) {
            length--;
        }
        return text.substring(0, length) + "...";
    }

    private static double width(String text, double size) {
        return text.chars().map(c -> c >= ' ' && c <= '~' ? WIDTHS[c - ' '] : 556).sum() * size / 1000;
    }

    private StringBuilder page() {
        return pages.getLast();
    }

    /** Catalog, page tree, two fonts, then each page and its content; the table at the end says where each object begins. */
    byte[] bytes() {
        List<String> objects = new ArrayList<>();
        StringBuilder kids = new StringBuilder();
        for (int i = 0; i < pages.size(); i++) {
            kids.append(5 + 2 * i).append(" 0 R ");
        }
        objects.add("<</Type/Catalog/Pages 2 0 R>>");
        objects.add("<</Type/Pages/Kids[" + kids + "]/Count " + pages.size() + ">>");
        objects.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
        objects.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>");
        for (int i = 0; i < pages.size(); i++) {
            objects.add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents "
                    + (6 + 2 * i) + " 0 R>>");
            objects.add("<</Length " + pages.get(i).length() + ">>stream\n" + pages.get(i) + "endstream");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        put(out, "%PDF-1.4\n");
        StringBuilder table = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.size(); i++) {
            table.append(String.format(Locale.ROOT, "%010d 00000 n \n", out.size()));
            put(out, (i + 1) + " 0 obj\n" + objects.get(i) + "\nendobj\n");
        }
        int start = out.size();
        put(out, "xref\n0 " + (objects.size() + 1) + "\n" + table + "trailer<</Size " + (objects.size() + 1) + "/Root 1 0 R>>\nstartxref\n"
                + start + "\n%%EOF\n");
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
