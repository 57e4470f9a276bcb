package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Markers;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.http.Query;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list. The marker stands for the key of its last entry, so that what is added or deleted between two pages moves no other entry.
 *
 * @param after   key of the last entry of the page before
 * @param most    entries of this one
 * @param listing what its marker is good for
 * @param markers of the server
 */
record Page(Optional<String> after, int most, String listing, Markers markers) {
    /** Lambda's: more are not given however many are asked for. */
    private static final int MOST = 50;
    private static final int MOST_ASKED = 10_000;

    /** @param listing the operation and whose entries it lists: a marker of another's is refused */
    static Page of(RoutingContext context, Markers markers, String listing) throws Problem {
        return of(context, markers, listing, MOST_ASKED);
    }

    /** @param mostAsked the largest MaxItems in the service model */
    static Page of(RoutingContext context, Markers markers, String listing, int mostAsked) throws Problem {
        Optional<String> after = markers.read("Marker", Query.one(context, "Marker"), listing);
        Optional<String> asked = Query.one(context, "MaxItems");
        int most = MOST;
        if (asked.isPresent()) {
            if (!asked.get().matches("\\d{1,5}") || Integer.parseInt(asked.get()) < 1 || Integer.parseInt(asked.get()) > mostAsked) {
                throw Problem.invalidParameter("MaxItems is '" + Fields.shown(asked.get()) + "'; it takes 1 to " + mostAsked);
            }
            most = Math.min(MOST, Integer.parseInt(asked.get()));
        }
        return new Page(after, most, listing, markers);
    }

    /** The page as an answer. */
    <T> ObjectNode of(String field, NavigableMap<String, T> all, Function<T, ObjectNode> shape) {
        ObjectNode json = Json.object();
        ArrayNode entries = json.putArray(field);
        Iterator<Map.Entry<String, T>> left = after.map(marker -> all.tailMap(marker, false)).orElse(all).entrySet().iterator();
        String last = "";
        while (left.hasNext() && entries.size() < most) {
            Map.Entry<String, T> entry = left.next();
            entries.add(shape.apply(entry.getValue()));
            last = entry.getKey();
        }
        if (left.hasNext()) {
            json.put("NextMarker", markers.give(listing, last));
        }
        return json;
    }
}
