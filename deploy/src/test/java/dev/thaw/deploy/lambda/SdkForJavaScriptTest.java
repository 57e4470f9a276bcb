package dev.thaw.deploy.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** npm's {@code @aws-sdk/client-lambda} with nothing changed but its endpoint, against a server in a process of its own. */
@Timeout(900)
class SdkForJavaScriptTest {
    private static final String SCRIPT = """
            const { readFileSync } = require('fs');
            const assert = require('assert');
            const sdk = require('@aws-sdk/client-lambda');
            const client = new sdk.LambdaClient({ endpoint: process.argv[2], region: 'us-east-1', maxAttempts: 1,
              credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'a-secret-of-some-length' } });
            const send = (name, input) => client.send(new sdk[name + 'Command'](input));
            const FunctionName = 'node';
            const text = (payload) => new TextDecoder().decode(payload);
            async function fails(name, input, error) {
              await assert.rejects(send(name, input), (e) => e.name === error && e instanceof sdk[error] && e.message.length > 0);
            }
            (async () => {
              const ZipFile = readFileSync(process.argv[3]);
              const made = await send('CreateFunction', { FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler',
                Role: 'arn:aws:iam::123456789012:role/lambda', Code: { ZipFile }, MemorySize: 256, Environment: { Variables: { COLOR: 'red' } } });
              assert.equal(made.State, 'Pending');
              await sdk.waitUntilFunctionActiveV2({ client, maxWaitTime: 300 }, { FunctionName });
              const answer = await send('Invoke', { FunctionName, Payload: JSON.stringify({ n: 1 }), LogType: 'Tail' });
              assert.equal(answer.StatusCode, 200);
              assert.equal(text(answer.Payload), '{"n":1,"color":"red","version":"$LATEST"}');
              assert.match(Buffer.from(answer.LogResult, 'base64').toString(), /hello log/);
              const version = await send('PublishVersion', { FunctionName });
              assert.equal(version.Version, '1');
              await send('CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' });
              const aliased = await send('Invoke', { FunctionName, Qualifier: 'live', Payload: '{}' });
              assert.equal(aliased.ExecutedVersion, '1');
              assert.equal((await send('Invoke', { FunctionName, InvocationType: 'Event', Payload: '{}' })).StatusCode, 202);
              const failed = await send('Invoke', { FunctionName, Payload: '"fail"' });
              assert.equal(failed.FunctionError, 'Unhandled');
              await send('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 0 });
              await fails('Invoke', { FunctionName }, 'TooManyRequestsException');
              await send('DeleteFunctionConcurrency', { FunctionName });
              await send('TagResource', { Resource: made.FunctionArn, Tags: { a: 'b' } });
              assert.deepEqual((await send('ListTags', { Resource: made.FunctionArn })).Tags, { a: 'b' });
              await fails('GetFunction', { FunctionName: 'nobody' }, 'ResourceNotFoundException');
              await fails('UpdateAlias', { FunctionName, Name: 'live', RevisionId: 'old' }, 'PreconditionFailedException');
              await fails('UpdateFunctionConfiguration', { FunctionName, Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:l:1'] },
                'InvalidParameterValueException');
              let count = 0;
              for await (const page of sdk.paginateListVersionsByFunction({ client, pageSize: 1 }, { FunctionName })) count += page.Versions.length;
              assert.equal(count, 2);
              assert.equal((await send('GetAccountSettings', {})).AccountUsage.FunctionCount, 1);
              const wanted = { FunctionName, Topics: ['orders'], StartingPosition: 'TRIM_HORIZON', Enabled: false, BisectBatchOnFunctionError: true,
                SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['127.0.0.1:1'] } } };
              const { UUID } = await send('CreateEventSourceMapping', wanted);
              await fails('CreateEventSourceMapping', wanted, 'ResourceConflictException');
              assert.equal((await send('UpdateEventSourceMapping', { UUID, MaximumRetryAttempts: 3 })).State, 'Updating');
              const mapping = await send('GetEventSourceMapping', { UUID });
              assert.deepEqual([mapping.State, mapping.MaximumRetryAttempts, mapping.BisectBatchOnFunctionError], ['Disabled', 3, true]);
              assert.ok(mapping.LastModified instanceof Date);
              assert.equal((await send('ListEventSourceMappings', { FunctionName })).EventSourceMappings.length, 1);
              await fails('UpdateEventSourceMapping', { UUID, ParallelizationFactor: 2 }, 'InvalidParameterValueException');
              await send('DeleteEventSourceMapping', { UUID });
              await fails('GetEventSourceMapping', { UUID }, 'ResourceNotFoundException');
              await send('DeleteFunction', { FunctionName });
              await fails('GetFunctionConfiguration', { FunctionName }, 'ResourceNotFoundException');
              console.log('all is well');
            })().catch((e) => { console.error(e); process.exit(1); });
            """;
    private static final String FUNCTION = """
            exports.handler = async (event, context) => {
              console.log('hello log');
              if (event === 'fail') throw new Error('no');
              return { n: event.n, color: process.env.COLOR, version: context.functionVersion };
            };
            """;

    @TempDir
    private Path folder;

    @Test
    void drivesAFunctionThroughItsLife() throws Exception {
        Kvm.needed();
        Npm.install(folder, "@aws-sdk/client-lambda@3");
        Path zip = folder.resolve("function.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("index.js"));
            out.write(FUNCTION.getBytes(StandardCharsets.UTF_8));
        }
        Path script = Files.writeString(folder.resolve("test.cjs"), SCRIPT);
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), "--keys",
                ServerProcess.keys(folder, "AKIDTEST", "a-secret-of-some-length"))) {
            Path said = folder.resolve("said");
            Process node = new ProcessBuilder("node", "--no-warnings", script.toString(), server.url(), zip.toString()).directory(folder.toFile())
                    .redirectErrorStream(true).redirectOutput(said.toFile()).start();
            node.waitFor(400, TimeUnit.SECONDS);
            node.destroyForcibly().waitFor();
            assertEquals("all is well", Files.readString(said).strip());
        }
    }
}
