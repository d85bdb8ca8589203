using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>The operator page beside a real broker, gateway and workers: it says why a document has no person yet.</summary>
[Category("Broker")]
public sealed class PageSystemTests
{
    private const string Asks = """{"action":"person_request","personId":1}""";

    [Test]
    public async Task Gateway_and_workers_say_what_they_do()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Workers = 2 });
        await using var page = await StartPageAsync(system);
        var services = await page.UntilAsync("/api/services", all => all.AsArray().Count == 3);

        Assert.That(services.AsArray().Select(service => (string?)service!["presence"]!["service"]), Is.EqualTo(new[] { "gateway", "worker", "worker" }));
        Assert.That(services.AsArray().Select(service => (string?)service!["state"]), Is.All.EqualTo("running"));
        Assert.That((bool)services[0]!["presence"]!["keyspaces"]![0]!["isFollowing"]!, Is.True);
        Assert.That((int)services[1]!["presence"]!["actions"]![0]!["limit"]!, Is.GreaterThan(0));

        await system.Workers[0].KillAsync();
        await system.Workers[1].TerminateAsync();
        await page.UntilAsync("/api/services", all => StatesOf(all, "worker").Order().SequenceEqual(["silent", "stopped"]));
        Assert.That(await page.Http.GetStringAsync("/services"), Does.Contain("silent: heard last").And.Contain("has stopped in order"));
    }

    [Test]
    public async Task The_overview_says_how_long_requests_took_and_how_many_came_and_were_answered()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Workers = 2 });
        await using var page = await StartPageAsync(system, ("Operator:Management", system.Broker.Url.GetLeftPart(UriPartial.Authority)));
        await page.UntilAsync("/api/overview", state => (int?)ActionOf(state)["results"]?["workers"] == 2);
        Assert.That(await page.Http.GetStringAsync("/"), Does.Contain("No results in the last 5 minutes.").And.Contain("Closed in 2 workers."));

        var (started, ids) = (Stopwatch.StartNew(), Enumerable.Range(0, 20).Select(number => $"person-{number}").ToArray());
        await Task.WhenAll([.. ids.Select(id => system.Database.PutAsync(id, Asks)), system.Database.PutAsync("nobody", """{"action":"person_request","personId":"x"}""")]);
        await Task.WhenAll([.. ids.Select(id => system.UntilStateAsync(id, "person_success")), system.UntilStateAsync("nobody", "person_failure")]);
        var longest = started.Elapsed.TotalSeconds;

        var results = ActionOf(await page.UntilAsync("/api/overview", state => (int)ActionOf(state)["results"]!["inFiveMinutes"]! == 21))["results"]!;
        var duration = results["duration"]!;
        Assert.That(((int)results["doneInMinute"]!, (int)results["failedInMinute"]!), Is.EqualTo((20, 1)));
        Assert.That(
            new[] { 0, (double)duration["p50Seconds"]!, (double)duration["p95Seconds"]!, (double)duration["p99Seconds"]!, 1.125 * longest }, Is.Ordered);
        var shown = ActionOf(await page.UntilAsync("/api/overview", state => (double?)ActionOf(state)["inPerSecond"] > 0));
        Assert.That((double)shown["inPerSecond"]! * 60, Is.InRange(5, 30), "21 messages in a minute, as far as the broker has counted.");
        await page.UntilAsync("/api/history?action=person", history => history.AsArray().Any(point => (int?)point!["doneInMinute"] == 20));
        Assert.That(
            await page.Http.GetStringAsync("/"),
            Does.Contain("20 results and 1 failure for good in the last minute.")
                .And.Contain("of 21 answers in the last 5 minutes")
                .And.Contain("came in during the last minute")
                .And.Contain("Results in a minute: "));
    }

    [Test]
    public async Task The_overview_says_until_when_a_circuit_breaker_is_open_and_that_it_is_half_open_then()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with
        {
            Environment = WithDelays("00:00:00.5", "01:00:00"),
            WorkerEnvironment = new Dictionary<string, string?>(Quick.WorkerEnvironment)
            {
                ["Worker__BrakeAfter"] = "2",
                ["Worker__BrakeFor"] = "00:00:05",
            },
        });
        system.Swapi.Faults.ErrorRate = 1;
        await using var page = await StartPageAsync(system, ("Bus:Delays:0", "00:00:00.5"), ("Bus:Delays:1", "01:00:00"));
        await system.Database.PutAsync("luke", Asks);

        await page.UntilAsync("/api/overview", state => BreakerOf(state) == "open");
        Assert.That(await page.Http.GetStringAsync("/"), Does.Contain("open until ").And.Contain(", because nearly all attempts fail."));
        await page.UntilAsync("/api/overview", state => BreakerOf(state) == "half_open");
        Assert.That(await page.Http.GetStringAsync("/services"), Does.Contain("half-open: after a pause, 1 at a time are tried"));
    }

    [Test]
    public async Task The_overview_says_when_delayed_messages_are_due_and_looking_at_it_disturbs_them_not()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Environment = WithDelays("00:00:15") });
        system.Swapi.Faults.ErrorRate = 1;
        await using var page = await StartPageAsync(system, ("Bus:Delays:0", "00:00:15"));
        await Task.WhenAll(system.Database.PutAsync("luke", Asks), system.Database.PutAsync("leia", Asks));

        await page.UntilAsync("/api/overview", state => DelayOf(state)?["nextDueAt"] is not null);
        var delay = DelayOf(await page.UntilAsync("/api/overview", state => (int?)DelayOf(state)?["ready"] == 2))!;
        system.Swapi.Faults = new();

        Assert.That((DateTimeOffset)delay["nextDueAt"]! - DateTimeOffset.UtcNow, Is.InRange(TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(15)));
        Assert.That((double)delay["allDueWithinSeconds"]!, Is.EqualTo(15));
        Assert.That(
            await page.Http.GetStringAsync("/"), Does.Match("wait 15 seconds for the next attempt; the next is due in about [0-9]+ (milli)?seconds?, the last within 15 seconds"));
        await system.UntilStateAsync("luke", "person_success");
        await system.UntilStateAsync("leia", "person_success");
        await page.UntilAsync("/api/overview", state => DelayOf(state) is { } empty && (int?)empty["ready"] == 0 && empty["nextDueAt"] is null);
    }

    [Test]
    public async Task It_says_that_no_worker_runs()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Workers = 0 });
        await using var page = await StartPageAsync(system);
        await system.Database.PutAsync("luke", Asks);

        var found = await UntilFoundAsync(page, "luke", "No worker runs that performs person");
        await page.UntilAsync("/api/overview", state => PartOf(state, "Workers for person").Contains("No worker runs. 1 message waits"));
        await system.StartWorkerAsync();

        Assert.That((string?)found["advice"], Is.EqualTo("Start a worker."));
        await UntilFoundAsync(page, "luke", "It is done");
        await page.UntilAsync("/api/overview", state => PartOf(state, "Workers for person").Contains("1 worker running."));
    }

    [Test]
    public async Task It_says_that_SWAPI_is_down_and_when_it_is_tried_again()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Environment = WithDelays("00:00:01", "01:00:00") });
        system.Swapi.Faults.ErrorRate = 1;
        await using var page = await StartPageAsync(system, ("Bus:Delays:0", "00:00:01"), ("Bus:Delays:1", "01:00:00"));
        await system.Database.PutAsync(
            "luke", """{"action":"person_request","personId":1,"traceparent":"00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"}""");

        var found = await UntilFoundAsync(page, "luke", "2 attempts of 3 failed. It is tried again within 60 minutes. Last reason: swapi_unavailable:");
        await page.UntilAsync("/api/overview", state => PartOf(state, "Workers for person").Contains("attempts fail. Last reason"));

        Assert.That((string?)found["message"]!["queue"], Is.EqualTo("person-requested_delay_1h"));
        Assert.That((int)found["message"]!["attempts"]!, Is.EqualTo(2));
        Assert.That((string?)found["message"]!["traceId"], Is.EqualTo(new string('a', 32)));
    }

    [Test]
    public async Task What_its_message_says_is_shown_also_while_Sync_Gateway_is_away()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Environment = WithDelays("01:00:00") });
        await using var page = await StartWithDelayedAsync(system, "01:00:00");

        system.SyncGateway.Faults = new() { ErrorRate = 1 };

        var found = await UntilFoundAsync(page, "luke", "Sync Gateway cannot be used");
        Assert.That($"{found["facts"]}", Does.Contain("1 attempt of 2 failed. It is tried again within 60 minutes. Last reason: swapi_unavailable"));
        Assert.That((int)found["message"]!["attempts"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task What_waits_for_its_delay_is_tried_now_when_an_operator_says_so([Values] bool byForm)
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Environment = WithDelays("01:00:00") });
        await using var page = await StartWithDelayedAsync(system, "01:00:00");
        Assert.That(await page.Http.GetStringAsync("/document?id=luke"), Does.Contain("Try it now"));
        system.Swapi.Faults = new();

        if (byForm)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["id"] = "luke", ["keyspace"] = "db" });
            using var answer = await page.Http.PostAsync("/document/publish", form);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.Redirect));
        }
        else
        {
            var job = await page.RunJobAsync("/api/document/publish", new { id = "luke" });
            Assert.That((int)job["outcomes"]!["published"]!, Is.EqualTo(1));
        }

        await system.UntilStateAsync("luke", "person_success");
        var again = await page.RunJobAsync("/api/document/publish", new { id = "luke" });
        Assert.That(again["outcomes"]!.AsObject(), Is.Empty);
        Assert.That($"{again["notes"]}", Does.Contain("no open request now, so nothing was published"));
        Assert.That(await page.Http.GetStringAsync($"/jobs/{again["id"]}"), Does.Contain("Done: there was nothing to do").And.Contain("Try one request now"));
        Assert.That(await page.Http.GetStringAsync("/document?id=luke"), Does.Not.Contain("Try it now"));
        Assert.That(page.Log, Has.Some.Match("^8001 local began .*: the document luke of db, published again$"));
    }

    [Test]
    public async Task Looking_for_a_message_in_a_delay_queue_disturbs_it_not()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with { Environment = WithDelays("00:00:15") });
        system.Swapi.Faults.ErrorRate = 1;
        await using var page = await StartPageAsync(system, ("Bus:Delays:0", "00:00:15"));
        await system.Database.PutAsync("luke", Asks);
        for (var look = 0; look < 10; look++)
        {
            await UntilFoundAsync(page, "luke", "1 attempt of 2 failed");
        }

        system.Swapi.Faults = new();

        await system.UntilStateAsync("luke", "person_success");
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task It_says_that_a_worker_is_working_on_it()
    {
        await using var system = await PipelineSystem.StartAsync(Quick);
        system.Swapi.Faults.Hang = true;
        await using var page = await StartPageAsync(system);
        await system.Database.PutAsync("luke", Asks);

        await UntilFoundAsync(page, "luke", "A worker is working on it. The worker ");
        system.Swapi.Faults = new();
    }

    [Test]
    public async Task It_says_that_Sync_Gateway_refuses_the_answer()
    {
        await using var system = await PipelineSystem.StartAsync(Quick with
        {
            SyncFunction = """function (doc, oldDoc) { if (doc.action != "person_request") { throw({forbidden: "only requests"}); } channel("all"); }""",
        });
        await using var page = await StartPageAsync(system);
        await system.Database.PutAsync("luke", Asks);

        var found = await UntilFoundAsync(page, "luke", "A worker has given up, and could not say so in the document. write_refused");

        Assert.That((bool)found["message"]!["isDeadLetter"]!, Is.True);
        Assert.That((string?)found["advice"], Does.Contain("sync function"));
    }

    [Test]
    public async Task The_broker_away_is_said_and_its_return_too()
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await using var system = await PipelineSystem.StartAsync(Quick with { Broker = broker });
        await using var page = await StartPageAsync(system);
        await page.UntilAsync("/api/services", all => StatesOf(all, "worker").SequenceEqual(["running"]));

        await broker.KillAsync();
        await page.UntilAsync("/api/overview", state => PartOf(state, "Broker").StartsWith("trouble", StringComparison.Ordinal) && PartOf(state, "Workers for person").StartsWith("unknown", StringComparison.Ordinal));
        await system.Database.PutAsync("luke", Asks);
        await UntilFoundAsync(page, "luke", "The broker cannot be used");
        Assert.That(await page.Http.GetStringAsync("/services"), Does.Contain("unknown, because the broker cannot be used"));

        await broker.RestartAsync();
        await page.UntilAsync("/api/overview", state => PartOf(state, "Broker").StartsWith("fine", StringComparison.Ordinal));
        await page.UntilAsync("/api/services", all => StatesOf(all, "worker").SequenceEqual(["running"]));
        await UntilFoundAsync(page, "luke", "It is done");
    }

    [Test]
    public async Task A_user_who_may_not_say_what_a_service_does_does_its_work_all_the_same()
    {
        await using var host = await Broker.VirtualHostAsync();
        var user = $"user-{Guid.NewGuid():N}";
        await host.Management.SetUserAsync(user, "secret");
        await host.Management.SetPermissionsAsync(user, "^(?!offline-actions-presence).*");
        try
        {
            var url = new UriBuilder(host.Url) { UserName = user, Password = "secret" }.Uri.AbsoluteUri;
            await using var system = await PipelineSystem.StartAsync(Quick with { Environment = new Dictionary<string, string?> { ["Bus__Url"] = url } });
            await system.Database.PutAsync("luke", Asks);

            await system.UntilStateAsync("luke", "person_success");
            Assert.That(
                await Eventually.IsAsync(() => system.Gateway.Output.ToString().Contains("which changes nothing for the work", StringComparison.Ordinal)),
                Is.True);
        }
        finally
        {
            await host.Management.DeleteUserAsync(user);
        }
    }

    private static PipelineOptions Quick => new()
    {
        Environment = new Dictionary<string, string?> { ["Bus__PresenceInterval"] = "00:00:00.5" },
        WorkerEnvironment = new Dictionary<string, string?> { ["Swapi__Cache"] = "false", ["Swapi__Rounds"] = "1" },
    };

    private static Dictionary<string, string?> WithDelays(params string[] delays) => new(
        delays.Select((delay, index) => KeyValuePair.Create($"Bus__Delays__{index}", (string?)delay)).Append(new("Bus__PresenceInterval", "00:00:00.5")));

    private static Task<OperatorPageHost> StartPageAsync(PipelineSystem system, params (string Key, string Value)[] settings) =>
        OperatorPageHost.StartAsync(system.SyncGateway.PublicUrl, system.BrokerUrl, settings);

    /// <summary>A page, and the request <c>luke</c>, which waits for its second attempt.</summary>
    private static async Task<OperatorPageHost> StartWithDelayedAsync(PipelineSystem system, string delay)
    {
        system.Swapi.Faults.ErrorRate = 1;
        var page = await StartPageAsync(system, ("Bus:Delays:0", delay));
        await system.Database.PutAsync("luke", Asks);
        await UntilFoundAsync(page, "luke", "1 attempt of 2 failed");
        return page;
    }

    private static async Task<JsonNode> UntilFoundAsync(OperatorPageHost page, string id, string headline) => await page.UntilAsync(
        $"/api/document?id={id}", found => ((string?)found["headline"])!.Contains(headline, StringComparison.Ordinal));

    private static IEnumerable<string> StatesOf(JsonNode services, string service) => services.AsArray()
        .Where(known => (string?)known!["presence"]!["service"] == service)
        .Select(known => (string)known!["state"]!);

    /// <summary>The only action; an empty object before the first reading.</summary>
    private static JsonNode ActionOf(JsonNode overview) => overview["actions"]!.AsArray().FirstOrDefault() ?? new JsonObject();

    private static JsonNode? DelayOf(JsonNode overview) =>
        ActionOf(overview)["queues"]?.AsArray().FirstOrDefault(queue => (string?)queue!["kind"] == "delay");

    private static string? BreakerOf(JsonNode overview) => (string?)ActionOf(overview)["breakers"]?.AsArray().FirstOrDefault()?["state"];

    /// <summary>The health of a part, and its words.</summary>
    private static string PartOf(JsonNode overview, string name) => overview["parts"]!.AsArray()
        .Where(part => (string?)part!["name"] == name)
        .Select(part => $"{(string?)part!["health"]} {(string?)part["words"]}")
        .FirstOrDefault("");
}
