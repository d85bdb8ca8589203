using System.Text;
using OfflineActions.Contracts;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A document that the worker may not read, which any app user can make, in a keyspace that it may read otherwise.</summary>
[Category("Broker")]
public sealed class ForbiddenDocumentTests
{
    [Test]
    public async Task Its_message_ends_in_the_error_queue_with_a_code_and_is_not_published_again()
    {
        await using var system = await ScriptedSystem.StartAsync(
            await StartSyncGatewayAsync(),
            ("Bus__Delays__0", "00:00:00.300"),
            ("Gateway__CatchUpGrace", "00:00:00.500"),
            ("Gateway__RepublishAfter", "00:00:05"));

        var message = await system.TakeDeadLetterAsync();
        var (secret, other) = (ReadsOf("secret"), ReadsOf("other"));

        // The other one is published again and again, because the feed goes on saying that it asks. Gateway and worker read it each time.
        Assert.That(await Eventually.IsAsync(() => ReadsOf("other") >= other + 4), Is.True, system.Gateway.Output.Last(20));

        Assert.That(ReadsOf("secret"), Is.EqualTo(secret));
        Assert.That((string?)message.Json["documentId"], Is.EqualTo("secret"));
        Assert.That(message.Properties.Headers![FailureHeaders.Code], Is.EqualTo("forbidden_document"u8.ToArray()));

        int ReadsOf(string id) => system.SyncGateway.Requests.Count(request => request.Target.StartsWith($"/db/{id}?", StringComparison.Ordinal));
    }

    /// <summary>
    /// A Sync Gateway whose feed shows two requests: one that may not be read, and one that no longer asks when it is read. Scripted, because
    /// in the emulator a user sees the same documents in the feed as otherwise.
    /// </summary>
    private static async Task<ScriptedServer> StartSyncGatewayAsync()
    {
        const string changes = """
            {"results":[
                {"id":"secret","doc":{"_id":"secret","_rev":"1-a","action":"person_request"}},
                {"id":"other","doc":{"_id":"other","_rev":"1-a","action":"person_request"}}],"last_seq":"1"}
            """;
        ScriptedServer server = null!;
        server = await ScriptedServer.StartAsync(async context =>
        {
            var path = context.Request.Path.Value!;
            switch (context.Request.Method, path, (string?)context.Request.Query["since"])
            {
                case ("PUT", _, _):
                    await ScriptedServer.AnswerAsync(context, 201, """{"id":"any","ok":true,"rev":"0-1"}""");
                    break;
                case ("GET", "/db/secret", _):
                    await ScriptedServer.AnswerAsync(context, 403, """{"error":"Forbidden","reason":"forbidden"}""");
                    break;
                case ("GET", "/db/other", _):
                    await ScriptedServer.AnswerAsync(context, 200, """{"_id":"other","_rev":"2-b","action":"person_success"}""");
                    break;
                case ("GET", "/db/", _):
                    await ScriptedServer.AnswerAsync(context, 200, """{"db_name":"db","instance_start_time":1,"state":"Online"}""");
                    break;
                case ("GET", "/db/_changes", "0"):
                    await ScriptedServer.AnswerAsync(context, 200, changes);
                    break;
                case ("GET", "/db/_changes", _):
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case ("GET", _, _) when server.Requests.LastOrDefault(write => write.Method == "PUT" && write.Target == path) is { } note:
                    await ScriptedServer.AnswerAsync(
                        context, 200, $$"""{"_id":"any","_rev":"0-1",{{Encoding.UTF8.GetString(note.Body)[1..]}}""");
                    break;
                default:
                    await ScriptedServer.AnswerAsync(context, 404, """{"error":"not_found","reason":"missing"}""");
                    break;
            }
        });
        return server;
    }
}
