package dev.thaw.sdk.runtime;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.nio.charset.StandardCharsets;

/** The context as a handler written for AWS Lambda sees it. Its interface has null for what is not there. */
record LambdaContext(dev.thaw.sdk.Context context) implements Context {
    @Override
    public String getAwsRequestId() {
        return context.requestId();
    }

    @Override
    public String getLogGroupName() {
        return "/aws/lambda/" + context.functionName();
    }

    @Override
    public String getLogStreamName() {
        return "thaw";
    }

    @Override
    public String getFunctionName() {
        return context.functionName();
    }

    @Override
    public String getFunctionVersion() {
        return context.functionVersion();
    }

    @Override
    public String getInvokedFunctionArn() {
        return context.functionArn();
    }

    @Override
    public CognitoIdentity getIdentity() {
        return null;
    }

    @Override
    public ClientContext getClientContext() {
        return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
        return (int) Math.min(context.remaining().toMillis(), Integer.MAX_VALUE);
    }

    @Override
    public int getMemoryLimitInMB() {
        return context.memoryLimitMb();
    }

    @Override
    public LambdaLogger getLogger() {
        return new LambdaLogger() {
            @Override
            public void log(String message) {
                System.out.println(message);
            }

            @Override
            public void log(byte[] message) {
                log(new String(message, StandardCharsets.UTF_8));
            }
        };
    }
}
