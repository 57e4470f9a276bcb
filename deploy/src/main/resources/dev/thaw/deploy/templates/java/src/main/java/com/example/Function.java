package com.example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** Answers each event with a greeting. The constructor runs once, at deploy, and what it made is in every request's snapshot. */
public final class Function implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private final String greeting = "Hello";

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        String name = name(event);
        System.err.println("greeting " + name);
        return Map.of("message", greeting + ", " + name + "!", "request_id", context.getAwsRequestId());
    }

    /** Given directly, or in the query of an HTTP request, which comes as the event of an AWS Lambda function URL. */
    private static String name(Map<String, Object> event) {
        if (event.get("name") instanceof String name) {
            return name;
        }
        return event.get("queryStringParameters") instanceof Map<?, ?> query && query.get("name") instanceof String name ? name : "world";
    }
}
