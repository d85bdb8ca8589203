using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>The filters of webhooks: what they may use, what they write, and what they answer.</summary>
public sealed class FilterTests
{
    [TestCase("function(doc) { let x = 1; return true; }", "SyntaxError: Unexpected identifier 'x' (1:22)")]
    [TestCase("function(doc) { const x = 1; return true; }", "SyntaxError: Unexpected reserved word (1:18)")]
    [TestCase("doc => true", "SyntaxError: Unexpected token '>' (1:7)")]
    [TestCase("function(doc) { return `true`; }", "SyntaxError: Invalid or unexpected token (1:25)")]
    [TestCase("function(doc) { return true; };", "SyntaxError: Unexpected token ';' (1:32)")]
    [TestCase("  ", "SyntaxError: Unexpected token ')' (1:4)")]
    [TestCase("({})", "JavaScript source does not evaluate to a function")]
    [TestCase("function(doc) { return /a(?=b)/.test('ab'); }", "SyntaxError: Invalid regular expression: re2: Invalid (?=) <lookahead> (1:25)")]
    [TestCase("function(doc) { return new RegExp('(a)\\\\1').test('aa'); }", @"TypeError: Invalid regular expression: re2: Invalid \1 <backreference>")]
    [TestCase("function(doc) { console.warn('a'); return true; }", "TypeError: Property 'warn' of object is not a function")]
    [TestCase("function(doc) { console.log('a', 'b'); return true; }", "RangeError: expected 1 argument(s); got 2")]
    [TestCase("function(doc) { return new Promise(function () { }); }", "ReferenceError: Promise is not defined")]
    [TestCase("function(doc) { return doc._id.startsWith('d'); }", "TypeError: Property 'startsWith' of object is not a function")]
    [TestCase("function(doc) { setTimeout(function () { }, 1); return true; }", "ReferenceError: setTimeout is not defined")]
    [TestCase("function(doc) { throw 'no'; }", "no")]
    [TestCase("function(doc) { return 1; }", "Validate function returned non-boolean value.")]
    [TestCase("function(doc) { }", "Validate function returned non-boolean value.")]
    [TestCase("function(doc) { return new Boolean(true); }", "Validate function returned non-boolean value.")]
    [TestCase("function(doc) { return 'yes'; }", "strconv.ParseBool: parsing \"yes\": invalid syntax")]
    public async Task A_filter_that_Sync_Gateway_refuses_sends_nothing_and_the_log_says_why(string filter, string reason)
    {
        await using var receiver = await Receiver.StartAsync();
        var (emulated, log) = await StartAsync(receiver, filter);
        await using var gateway = emulated;

        await PutAsync(emulated);

        Assert.That(() => emulated.Stats.WebhooksFiltered, Is.EqualTo(1).After(5_000, 20));
        Assert.That(receiver.Requests, Is.Empty);
        Assert.That(log.Collector.GetSnapshot().Select(one => (one.Level, one.Message)), Is.EqualTo(
            [(LogLevel.Warning, $"Webhook filter failed for d, webhook not sent: {reason}")]));
    }

    [TestCase("function(doc) { console.log('saw ' + doc._id); console.error(doc); log('a', 1); return true; }")]
    [TestCase("function(doc) { 'use strict'; undeclared = /^D/iy.test(doc._id); console.log('saw ' + doc._id); console.error({}); log('a', 1); return undeclared; }")]
    [TestCase("function(doc) { _.each([doc], function (one) { console.log('saw ' + one._id); }); console.error({}); log('a', 1); return _.has(doc, 'z'); }")]
    [TestCase("function(doc) { console.log('saw ' + doc._id); console.error({}); log('a', 1); return doc.z === undefined ? 'T' : 'f'; }")]
    public async Task What_a_filter_writes_is_in_the_log_with_its_level(string filter)
    {
        await using var receiver = await Receiver.StartAsync();
        var (emulated, log) = await StartAsync(receiver, filter);
        await using var gateway = emulated;

        await PutAsync(emulated);

        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
        Assert.That(log.Collector.GetSnapshot().Select(one => (one.Level, one.Message)), Is.EqualTo(new[]
        {
            (LogLevel.Information, "JavaScript of the Filter: saw d"),
            (LogLevel.Error, "JavaScript of the Filter: [object Object]"),
            (LogLevel.Information, "JavaScript of the Filter: a 1 "),
        }));
    }

    [Test]
    public async Task The_filter_of_a_state_has_one_argument()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync();
        var filter = "function(event) { return arguments.length === 1 && event.state === 'offline' && event.dbname === 'states'; }";
        await emulated.Admin.PutAnswerAsync(
            "states/", $$$"""{"event_handlers":{"db_state_changed":[{"handler":"webhook","url":"{{{receiver.Url}}}","filter":"{{{filter}}}"}]}}""");

        await emulated.Admin.PostAnswerAsync("states/_offline", "");
        await emulated.Admin.PostAnswerAsync("states/_online", "");

        Assert.That(() => emulated.Gateway.Stats.WebhooksFiltered, Is.EqualTo(1).After(5_000, 20));
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
    }

    private static async Task<(SyncGatewayEmulator Gateway, FakeLoggerProvider Log)> StartAsync(Receiver receiver, string filter)
    {
        var log = new FakeLoggerProvider();
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var gateway = await SyncGatewayEmulator.StartAsync(
            new() { PublicPort = 0, AdminPort = 0, ControlPort = 0, Webhooks = [new() { Url = receiver.Url, Filter = filter }] }, loggers);
        return (gateway, log);
    }

    private static async Task PutAsync(SyncGatewayEmulator gateway)
    {
        using var http = new HttpClient { BaseAddress = gateway.AdminUrl };
        Assert.That((await http.PutAnswerAsync("db/d", """{"z":null}""")).Status, Is.EqualTo(201));
    }
}
