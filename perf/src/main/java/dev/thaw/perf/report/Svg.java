package dev.thaw.perf.report;

import java.util.Locale;

/** A drawing as an SVG document; coordinates in pixels, text escaped. */
final class Svg {
    static final String INK = "#1f2933";
    static final String FAINT = "#d5dbe1";
    /** Distinct for most kinds of colour blindness (Okabe and Ito). */
    static final String[] COLOURS = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

    private final StringBuilder out = new StringBuilder();

    Svg(int width, int height, String title) {
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" role=\"img\">%n",
                width, height, width, height);
        add("<title>%s</title>%n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", escaped(title), width, height);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }

    /** @param anchor start, middle or end */
    void text(double x, double y, int size, String anchor, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n", x, y, size, anchor, INK, escaped(text));
    }

    /** Text that reads from below upwards, for a vertical axis. */
    void upwards(double x, double y, int size, String text) {
        add("<text transform=\"translate(%.1f %.1f) rotate(-90)\" font-size=\"%d\" text-anchor=\"middle\" fill=\"%s\">%s</text>%n", x, y, size, INK, escaped(text));
    }

    void line(double x1, double y1, double x2, double y2, String colour, double width) {
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n", x1, y1, x2, y2, colour, width);
    }

    void rectangle(double x, double y, double width, double height, String colour) {
        add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n", x, y, Math.max(0, width), Math.max(0, height), colour);
    }

    void dot(double x, double y, String colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n", x, y, colour);
    }

    String document() {
        return out + "</svg>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
