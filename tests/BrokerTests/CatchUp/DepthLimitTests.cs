using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A document at the depth limit is answered. One above it is not, but an operator finds its message.</summary>
[Category("Broker")]
public sealed class DepthLimitTests
{
    [Test]
    public async Task A_request_at_the_depth_limit_is_answered()
    {
        await using var system = await StartAsync(Document.MaxDepth);

        Assert.That(await Eventually.IsAsync(() => system.SyncGateway.Requests.Any(request =>
            request.Method == "PUT" && request.Target == "/db/deep?rev=1-a")), Is.True);
    }

    [Test]
    public async Task A_request_above_the_depth_limit_is_published_and_ends_in_the_error_queue()
    {
        await using var system = await StartAsync(Document.MaxDepth + 1);

        var message = await system.TakeDeadLetterAsync();
        Assert.That((string?)message.Json["documentId"], Is.EqualTo("deep"));
        Assert.That(message.Properties.Headers![FailureHeaders.Code], Is.EqualTo("unreadable_document"u8.ToArray()));
    }

    private static async Task<ScriptedSystem> StartAsync(int depth) =>
        await ScriptedSystem.StartAsync(await StartSyncGatewayAsync(depth), ("Gateway__CatchUpGrace", "00:00:01"));

    /// <summary>
    /// A Sync Gateway with one request, nested to that depth. Scripted, because the emulator refuses more than 500 levels.
    /// </summary>
    private static Task<ScriptedServer> StartSyncGatewayAsync(int depth)
    {
        var document = Deep.Document("deep", depth);
        var changes = $$"""{"results":[{"id":"deep","doc":{{document}}}],"last_seq":"1"}""";
        return ScriptedServer.StartAsync(context => (context.Request.Method, context.Request.Path.Value, (string?)context.Request.Query["since"]) switch
        {
            ("PUT", _, _) => ScriptedServer.AnswerAsync(context, 201, """{"id":"any","ok":true,"rev":"0-1"}"""),
            ("GET", "/db/deep", _) => ScriptedServer.AnswerAsync(context, 200, document),
            ("GET", "/db/", _) => ScriptedServer.AnswerAsync(context, 200, """{"db_name":"db","instance_start_time":1,"state":"Online"}"""),
            ("GET", "/db/_changes", "0") => ScriptedServer.AnswerAsync(context, 200, changes),
            ("GET", "/db/_changes", _) => Task.Delay(Timeout.Infinite, context.RequestAborted),
            _ => ScriptedServer.AnswerAsync(context, 404, """{"error":"not_found","reason":"missing"}"""),
        });
    }
}
