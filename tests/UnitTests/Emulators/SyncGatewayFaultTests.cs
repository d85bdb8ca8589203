using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>The faults of the emulated Sync Gateway.</summary>
public sealed class SyncGatewayFaultTests
{
    [Test]
    public async Task Latency_delays_a_request()
    {
        await using var emulated = await Emulated.StartAsync();
        emulated.Gateway.Faults.Latency = TimeSpan.FromMilliseconds(300);

        var watch = Stopwatch.StartNew();
        await emulated.Admin.GetAnswerAsync("db/");

        Assert.That(watch.ElapsedMilliseconds, Is.GreaterThan(280));
    }

    [Test]
    public async Task Faults_apply_only_to_the_selected_kinds_of_requests()
    {
        await using var emulated = await Emulated.StartAsync();
        emulated.Gateway.Faults = new() { ErrorRate = 1, Kinds = [RequestKind.Write, RequestKind.Changes] };

        Assert.That((await emulated.Admin.PutAnswerAsync("db/d", "{}")).Status, Is.EqualTo(503));
        Assert.That((await emulated.Admin.PostAnswerAsync("db/", "{}")).Status, Is.EqualTo(503));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_changes")).Status, Is.EqualTo(503));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Status, Is.EqualTo(404));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/_local/c", "{}")).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task The_given_number_of_next_requests_fails_and_with_an_error_rate_of_1_every_request()
    {
        await using var emulated = await Emulated.StartAsync();
        emulated.Gateway.Faults.FailNext = 2;

        var statuses = new List<int>();
        for (var n = 0; n < 3; n++)
        {
            statuses.Add((await emulated.Admin.GetAnswerAsync("db/")).Status);
        }

        emulated.Gateway.Faults = new() { ErrorRate = 1, ErrorStatus = 500 };
        Assert.That(statuses, Is.EqualTo([503, 503, 200]));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/")).Error, Is.EqualTo((500, "Internal Server Error", "injected fault")));
    }

    [Test]
    public async Task After_refusing_connections_the_gateway_listens_on_the_same_port()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");

        emulated.Gateway.Faults.Refuse = true;
        var error = Assert.ThrowsAsync<HttpRequestException>(() => emulated.Admin.GetAnswerAsync("db/d"));
        using var fresh = new HttpClient { BaseAddress = emulated.Gateway.PublicUrl };
        var refused = Assert.ThrowsAsync<HttpRequestException>(() => fresh.GetAnswerAsync("db/d"));
        emulated.Gateway.Faults.Refuse = false;

        Assert.That(error, Is.Not.Null);
        Assert.That((refused!.InnerException as SocketException)?.SocketErrorCode, Is.EqualTo(SocketError.ConnectionRefused));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Status, Is.EqualTo(200));
        Assert.That((await fresh.GetAnswerAsync("db/d")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Reset_closes_connections_and_refusing_ends_a_longpoll()
    {
        await using var emulated = await Emulated.StartAsync();
        var longpoll = emulated.Admin.GetAnswerAsync("db/_changes?feed=longpoll&since=5&timeout=0");
        Assert.That(() => emulated.Gateway.Stats.Requests[RequestKind.Changes], Is.EqualTo(1).After(5_000, 20));

        emulated.Gateway.Faults.Refuse = true;
        Assert.ThrowsAsync<HttpRequestException>(() => longpoll);

        emulated.Gateway.Faults = new() { Reset = true };
        Assert.ThrowsAsync<HttpRequestException>(() => emulated.Admin.GetAnswerAsync("db/"));
    }

    [Test]
    public async Task Requests_that_hang_are_answered_when_the_fault_ends()
    {
        await using var emulated = await Emulated.StartAsync();
        emulated.Gateway.Faults.Hang = true;

        var hanging = emulated.Admin.GetAnswerAsync("db/");
        Assert.That(() => emulated.Gateway.Stats.Requests[RequestKind.Other], Is.EqualTo(1).After(5_000, 20));
        Assert.That(hanging.IsCompleted, Is.False);
        emulated.Gateway.Faults = new();

        Assert.That((await hanging).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_write_whose_answer_is_lost_is_stored()
    {
        await using var emulated = await Emulated.StartAsync();
        emulated.Gateway.Faults = new() { LoseAnswers = true, Kinds = [RequestKind.Write] };

        Assert.ThrowsAsync<HttpRequestException>(() => emulated.Admin.PutAnswerAsync("db/d", """{"foo":"bar"}"""));

        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task With_the_unauthorized_fault_every_request_is_answered_401()
    {
        await using var emulated = await Emulated.StartAsync();
        emulated.Gateway.Faults.Unauthorized = true;

        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Error, Is.EqualTo((401, "Unauthorized", "Invalid login")));
        Assert.That((await emulated.Public.GetAnswerAsync("db/d")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task With_feed_lag_a_write_appears_later_and_still_wakes_a_longpoll()
    {
        var clock = new FakeTimeProvider();
        await using var emulated = await Emulated.StartAsync(clock: clock);
        await emulated.Admin.PutAnswerAsync("db/before", "{}");
        emulated.Gateway.Faults.FeedLag = TimeSpan.FromMilliseconds(600);

        await emulated.Admin.PutAnswerAsync("db/late", "{}");
        clock.Advance(TimeSpan.FromMilliseconds(599));
        var atOnce = (await emulated.Admin.GetAnswerAsync("db/_changes")).Json["results"]!.AsArray();
        var read = (await emulated.Admin.GetAnswerAsync("db/late")).Status;
        var waiting = emulated.Admin.GetAnswerAsync("db/_changes?feed=longpoll&since=3&timeout=10000");
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var woken = (await waiting).Json["results"]!.AsArray();

        Assert.That(atOnce.Select(row => (string)row!["id"]!), Is.EqualTo(["before"]));
        Assert.That(read, Is.EqualTo(200));
        Assert.That(woken.Select(row => (string)row!["id"]!), Is.EqualTo(["late"]));
    }

    [Test]
    public async Task A_restart_loses_everything_that_is_not_in_the_dump()
    {
        await using var emulated = await Emulated.StartAsync(allowConflicts: true);
        await emulated.Admin.PutAnswerAsync("db/d", """{"n":1.0,"_attachments":{"a":{"data":"aGk="}}}""");
        await emulated.Admin.PutAnswerAsync("db/e?new_edits=false", """{"_revisions":{"start":2,"ids":["b","a"]}}""");
        await emulated.Admin.PutAnswerAsync("db/e?new_edits=false", """{"_revisions":{"start":2,"ids":["c","a"]}}""");
        await emulated.Admin.PutAnswerAsync("db/_local/c", """{"s":1}""");
        string[] paths = ["db/d?revs=true&attachments=true", "db/e?open_revs=all&revs=true", "db/_local/c", "db/_changes?style=all_docs"];
        var before = await Task.WhenAll(paths.Select(emulated.Admin.GetAnswerAsync));
        var dump = await emulated.Control.GetAnswerAsync("dump");

        await emulated.Control.PostAnswerAsync("restart", "");
        var gone = await Task.WhenAll(paths.Select(emulated.Admin.GetAnswerAsync));
        var restarted = await emulated.Control.PostAnswerAsync("restart", dump.Text);
        var after = await Task.WhenAll(paths.Select(emulated.Admin.GetAnswerAsync));

        Assert.That(gone[..3].Select(answer => answer.Status), Is.All.EqualTo(404));
        Assert.That(restarted.Status, Is.EqualTo(204));
        Assert.That(after.Select(answer => answer.Text), Is.EqualTo(before.Select(answer => answer.Text)));
    }

    [TestCase("{")]
    [TestCase("null")]
    [TestCase("{\"db\":5}")]
    [TestCase("{\"db\":{}}")]
    [TestCase("{\"db\":{\"documents\":[{\"id\":\"d\",\"sequence\":-1,\"expires\":0,\"revisions\":[]}],\"locals\":[]}}")]
    [TestCase("{\"db\":{\"documents\":[null],\"locals\":[]}}")]
    [TestCase("{\"db\":{\"documents\":[{\"id\":\"d\",\"sequence\":1,\"expires\":0,\"revisions\":[{\"id\":\"x\",\"parent\":null,\"leaf\":true,\"deleted\":false,\"body\":{},\"attachments\":[]}]}],\"locals\":[]}}")]
    public async Task An_invalid_dump_restarts_nothing(string dump)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");

        Assert.That((await emulated.Control.PostAnswerAsync("restart", dump)).Status, Is.EqualTo(400));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Status, Is.EqualTo(200));
    }

    [TestCase("faults", "{", "not valid JSON, see line 1, byte 2")]
    [TestCase("faults", "", "not valid JSON, see line 1, byte 1")]
    [TestCase("faults", "null", "the body must not be null")]
    [TestCase("faults", "[]", "$: not a value that can be here")]
    [TestCase("faults", """{"nosuch":1}""", "'nosuch' is not known")]
    [TestCase("faults", """{"latency":"x"}""", "$.latency: not a value that can be here")]
    [TestCase("faults", """{"kinds":["Foo"]}""", "$.kinds[0]: not a value that can be here")]
    [TestCase("faults", """{"latency":"-00:00:01"}""", "Latency: -00:00:01 is not from 00:00:00 to 1.00:00:00.")]
    [TestCase("faults", """{"feedLag":"10675199.02:48:05"}""", "FeedLag: 10675199.02:48:05 is not from 00:00:00 to 1.00:00:00.")]
    [TestCase("faults", """{"errorRate":5}""", "ErrorRate: The field ErrorRate must be between 0 and 1.")]
    [TestCase("faults", """{"errorStatus":42}""", "ErrorStatus: The field ErrorStatus must be between 400 and 599.")]
    [TestCase("webhooks", "[{}]", "'url' is missing")]
    [TestCase("webhooks", "[null]", "a list must not hold null")]
    [TestCase("webhooks", """[{"url":"x"}]""", "0:Url: not an absolute URL: make it one like http://host:1234/path.")]
    [TestCase("webhooks", """[{"url":"http://x/"},{"url":"http://x/","timeout":-1}]""", "1:Timeout: The field Timeout must be between 0 and 2147483647.")]
    public async Task What_cannot_be_set_is_refused_and_changes_nothing(string path, string body, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var refused = await emulated.Control.PutAnswerAsync(path, body);

        Assert.That((refused.Status, (string?)refused.Json["error"]), Is.EqualTo((400, (string?)reason)));
        Assert.That((await emulated.Public.PutAnswerAsync("db/d", "{}")).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Another_process_can_set_faults_and_read_counters()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");

        var set = await emulated.Control.PutAnswerAsync("faults", """{"errorRate":1,"kinds":["Read"],"latency":"00:00:00.001"}""");
        var failed = (await emulated.Admin.GetAnswerAsync("db/d")).Status;
        var misspelt = await emulated.Control.PutAnswerAsync("faults", """{"errorrrate":1}""");
        var cleared = await emulated.Control.DeleteAnswerAsync("faults");
        var stats = (await emulated.Control.GetAnswerAsync("stats")).Json;

        Assert.That((set.Status, failed, misspelt.Status, cleared.Status), Is.EqualTo((200, 503, 400, 200)));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Status, Is.EqualTo(200));
        Assert.That(((int)stats["writes"]!, (int)stats["requests"]!["Read"]!), Is.EqualTo((1, 1)));
        Assert.That((await emulated.Control.GetAnswerAsync("writes?id=d")).Text, Is.EqualTo("1"));
        Assert.That((await emulated.Control.GetAnswerAsync("nothing")).Status, Is.EqualTo(404));
    }
}
