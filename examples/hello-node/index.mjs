// What stands here runs once, at deploy, and is part of the snapshot: imports, parsed configuration, filled caches.
import { randomUUID } from 'node:crypto';

const greeting = process.env.GREETING ?? 'Hello';
let requestsSeen = 0;

// It runs for every request, in a VM that begins as it was after the lines above. An HTTP request comes as the event of an AWS
// Lambda function URL: event.queryStringParameters, event.headers, event.body. A plain object as the result is the response's body.
export async function handler(event, context) {
  requestsSeen += 1;
  const name = event.queryStringParameters?.name ?? event.name ?? 'world';
  console.log(`greeting ${name}`);
  return {
    message: `${greeting}, ${name}!`,
    requests_seen: requestsSeen,
    uuid: randomUUID(),
    time: Date.now() / 1000,
    request_id: context.awsRequestId,
  };
}
