// The context object that a handler gets, with the properties that AWS documents for Node.js.

const { env } = process;

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller's context is no JSON.
  }
}

export function contextOf(id, headers, done) {
  const deadline = Number(headers.get('lambda-runtime-deadline-ms') ?? 0);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers.get('lambda-runtime-invoked-function-arn'),
    awsRequestId: id,
    clientContext: headers.has('lambda-runtime-client-context') ? json(headers.get('lambda-runtime-client-context')) : undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done,
    succeed: (value) => done(null, value),
    fail: (error) => done(error ?? new Error('handler failed')),
  };
}
