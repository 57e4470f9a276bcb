// What stands here runs once, at deploy, and is part of the snapshot that every request begins from.
const greeting = 'Hello';

// An HTTP request comes as the event of an AWS Lambda function URL; a plain object as the result is the response's body.
export async function handler(event, context) {
  const name = event.name ?? event.queryStringParameters?.name ?? 'world';
  console.log(`greeting ${name}`);
  return { message: `${greeting}, ${name}!`, request_id: context.awsRequestId };
}
