using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Functions that fail in odd ways fail as any other: the log says why, and no exception of the engine gets out.</summary>
public sealed class OddScriptTests
{
    [TestCase("throw {toString: function () { throw 1; }}")]
    [TestCase("throw {toString: function () { throw {toString: function () { throw 1; }}; }}")]
    [TestCase("throw Object.create(null)")]
    [TestCase("var e = new Error(); Object.defineProperty(e, 'name', {get: function () { throw 1; }}); throw e")]
    [TestCase("var e = new Error(); e.toString = null; e.valueOf = null; throw e")]
    [TestCase("throw {toString: function () { while (true) { } }}")]
    [TestCase("(function f() { throw {toString: f}; })()")]
    public async Task What_is_thrown_need_not_be_printable(string statement)
    {
        using var log = new FakeLoggerProvider();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Warning));
        await using var gateway = await SyncGatewayEmulator.StartAsync(
            new()
            {
                PublicPort = 0,
                AdminPort = 0,
                ControlPort = null,
                SyncFunction = $$"""function (doc) { if (doc.odd) { {{statement}}; } }""",
                Webhooks = [new() { Url = "http://127.0.0.1:9/", Filter = $$"""function (doc) { {{statement}}; }""" }],
            },
            loggers);
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };

        var refused = await client.PutAnswerAsync("db/odd", """{"odd":true}""");
        var stored = await client.PutAnswerAsync("db/d", "{}");

        Assert.That(refused.Error, Is.EqualTo((500, "Internal Server Error", "Exception in JS sync function")));
        Assert.That(stored.Status, Is.EqualTo(201));
        Assert.That(() => gateway.Stats.WebhooksFiltered, Is.EqualTo(1).After(8_000, 20));
        Assert.That(log.Collector.GetSnapshot().Select(one => (one.Level, one.Exception, one.Message[..27])), Is.EqualTo(new[]
        {
            (LogLevel.Warning, (Exception?)null, "Sync function failed for od"),
            (LogLevel.Warning, null, "Webhook filter failed for d"),
        }));
    }
}
