package dev.thaw.invoker;

import dev.thaw.invoker.Failures.Failure;
import java.util.List;

/** Completes a function version's requests: the result for the caller, the line that ends a request in its log. Safe for all threads. */
final class Completion {
    private static final System.Logger LOG = System.getLogger(Completion.class.getName());

    private final FunctionVersion version;
    private final LogSink logs;

    /** @param logs takes the lines of requests for which no instance could be made */
    Completion(FunctionVersion version, LogSink logs) {
        this.version = version;
        this.logs = logs;
    }

    /**
     * What a request took.
     *
     * @param bind what its instance had been through
     * @param residentBytes the instance's memory in use at the end
     */
    record Took(long queueNanos, Bind bind, long bindNanos, long runNanos, long residentBytes) {}

    /** Completes a request that an instance has run. @param log what the instance printed */
    void finish(Request request, FunctionLog log, Ending ending, Took took) {
        // The tail has the line, which takes its way to the log once the answer has left.
        Runnable line = log.platformLater(ReportLine.of(request.invocation().requestId(), took.queueNanos, took.bind, took.bindNanos,
                took.runNanos, version.manifest().memoryMb(), took.residentBytes, version.manifest().sandbox(), ending));
        Report report = new Report(took.queueNanos, took.bindNanos, took.bind, took.runNanos, took.residentBytes, log.tail());
        switch (ending) {
            case Ending.Responded(byte[] payload) -> request.result().complete(new InvocationResult.Success(payload, report));
            case Ending.Broke(Failure failure) -> broke(request, failure, report);
        }
        line.run();
    }

    private void broke(Request request, Failure failure, Report report) {
        // A function's own failure is the caller's to log: it has the result, with its cause, and the request's context.
        LOG.log(failure.ours() ? System.Logger.Level.ERROR : System.Logger.Level.DEBUG, "function {0} request {1}: {2}: {3}",
                version.label(), request.invocation().requestId(), Failures.oneLine(failure.type()), failure.cause());
        request.result().complete(new InvocationResult.FunctionError(
                failure.type(), failure.message(), failure.payload(), failure.cause(), report));
    }

    /** Ends a request that no instance could run to an end; one that has ended stays as it is. */
    void fail(Request request, Throwable why) {
        if (why instanceof PrepareException || why instanceof DeadlineException) {
            request.result().completeExceptionally(why);
            return;
        }
        String id = request.invocation().requestId();
        LOG.log(System.Logger.Level.ERROR, "function " + version.label() + " request " + id + ": the sandbox failed", why);
        Failure failure = Failures.sandbox(id, why.toString());
        FunctionLog log = new FunctionLog(logs, version, id);
        log.platform(ReportLine.of(id, 0, Bind.NEW, 0, 0, version.manifest().memoryMb(), 0, version.manifest().sandbox(), new Ending.Broke(failure)));
        broke(request, failure, new Report(0, 0, Bind.NEW, 0, 0, log.tail()));
    }

    /** Refuses requests that nothing will run any more. */
    static void refuse(List<Request> requests, QueueFullException why) {
        requests.forEach(request -> request.result().completeExceptionally(why));
    }
}
