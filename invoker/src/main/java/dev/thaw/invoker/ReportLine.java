package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;

/** The line that ends a request in its function's log, in Lambda's form. Written for every request, and so without a formatter. */
final class ReportLine {
    private ReportLine() {}

    static String of(String requestId, long queueNanos, Bind bind, long bindNanos, long runNanos, int memoryMb, long residentBytes,
            Sandbox sandbox, Ending ending) {
        StringBuilder line = new StringBuilder(224).append("REPORT RequestId: ").append(requestId);
        millis(line.append(" Duration: "), runNanos);
        millis(line.append(" Bind: "), bindNanos);
        millis(line.append(" Queue: "), queueNanos);
        line.append(" Memory Size: ").append(memoryMb).append(" MB Max Memory Used: ").append((residentBytes + (1 << 20) - 1) >> 20)
                .append(switch (sandbox) {
                    case MICRO_VM -> " MB VM: ";
                    case WASM -> " MB Instance: ";
                }).append(bind.label());
        switch (ending) {
            case Ending.Responded _ -> { }
            case Ending.Broke(Failure failure) ->
                line.append(" Status: ").append(failure.type()).append(" Cause: ").append(failure.cause());
        }
        return line.toString();
    }

    /** With three decimals. */
    private static void millis(StringBuilder line, long nanos) {
        long micros = (nanos + 500) / 1_000;
        long rest = micros % 1_000;
        line.append(micros / 1_000).append(rest < 10 ? ".00" : rest < 100 ? ".0" : ".").append(rest).append(" ms");
    }
}
