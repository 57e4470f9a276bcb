package dev.thaw.perf;

import dev.thaw.perf.report.Taking;

/** What one kind of start of one function took, split: all that stands behind an answer, getting the VM, running it, and the platform around. */
final class StartSeries {
    final Taking total;
    private final Taking bind;
    private final Taking run;
    private final Taking platform;
    private final Taking server;
    private final Taking http;

    /** @param kind part of the id; @param what of the name; @param yardstick what the total is held against */
    StartSeries(Language language, String kind, String what, String yardstick) {
        String id = language.id() + "." + kind;
        total = Taking.of("start." + id, language.name() + ", " + what + " (bind + run)").against(yardstick);
        bind = Taking.of("split." + id + ".bind", "  getting the VM (bind)");
        run = Taking.of("split." + id + ".run", "  running it (run)");
        server = Taking.of("split." + id + ".server", "  the platform around it, as the server sees it");
        platform = Taking.of("split." + id + ".platform", "  the platform around it, client included");
        http = Taking.of("split." + id + ".http", "  all of it, request to answer");
    }

    /** All in milliseconds. @param waited the client, in all; @param served as the server measured all of it, 0 where there is none */
    void add(double waited, double served, double bound, double ran) {
        total.add(bound + ran);
        bind.add(bound);
        run.add(ran);
        if (served > 0) {
            server.add(served - bound - ran);
        }
        platform.add(waited - bound - ran);
        http.add(waited);
    }

    void endRound() {
        for (Taking one : all()) {
            one.endRound();
        }
    }

    Taking[] all() {
        return new Taking[] {total, bind, run, server, platform, http};
    }
}
