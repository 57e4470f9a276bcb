package dev.thaw.perf;

import dev.thaw.perf.report.Taking;

/** What one kind of start of one function took, split: all that stands behind an answer, getting the VM, running it, and the platform around. */
final class StartSeries {
    final Taking total;
    private final Taking bind;
    private final Taking run;
    private final Taking platform;
    private final Taking http;

    /** @param kind new or rolled-back; @param yardstick what the total is held against */
    StartSeries(Language language, String kind, String yardstick) {
        String id = language.id() + "." + kind;
        String name = language.name() + " " + kind;
        total = Taking.of("start." + id, name + ", thaw to response (bind + run)").against(yardstick);
        bind = Taking.of("split." + id + ".bind", "  getting the VM (bind)");
        run = Taking.of("split." + id + ".run", "  running it (run)");
        platform = Taking.of("split." + id + ".platform", "  the platform around it, client included");
        http = Taking.of("split." + id + ".http", "  all of it, HTTP in to HTTP out");
    }

    static String id(String language, String kind) {
        return "start." + language + "." + kind;
    }

    /** @param millis that the client waited */
    void add(double millis, ServerTiming timing) {
        double bound = timing.millis("bind");
        double ran = timing.millis("run");
        total.add(bound + ran);
        bind.add(bound);
        run.add(ran);
        platform.add(millis - bound - ran);
        http.add(millis);
    }

    void endRound() {
        for (Taking one : all()) {
            one.endRound();
        }
    }

    Taking[] all() {
        return new Taking[] {total, bind, run, platform, http};
    }
}
