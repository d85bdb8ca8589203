using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Person;

public sealed class SwapiFailoverTests
{
    private static IEnumerable<TestCaseData<RequestDelegate>> Failures() =>
    [
        new(Answers.Html(200)) { TestName = "{m}(HTML as 200)" },
        new(Answers.Html(404)) { TestName = "{m}(HTML as 404)" },
        new(Answers.Json(404, "")) { TestName = "{m}(nothing as 404)" },
        new(Answers.Json(200, "")) { TestName = "{m}(nothing as 200)" },
        new(Answers.Json(200, "[]")) { TestName = "{m}(another shape)" },
        new(Answers.Json(200, """{"message":"ok","result":{}}""")) { TestName = "{m}(no name)" },
        new(Answers.Json(200, """{"name":"a","name":"b"}""")) { TestName = "{m}(a key twice)" },
        new(Answers.Json(200, """{"name":"a","x":"\ud800"}""")) { TestName = "{m}(half a character)" },
        new(Answers.Json(200, """{"name":"a","\ud800":1}""")) { TestName = "{m}(half a character as a key)" },
        new(Answers.Json(200, $$"""{"name":"a","x":{{new string('[', 60)}}{{new string(']', 60)}}}""")) { TestName = "{m}(too deep)" },
        new(Answers.Json(200, $$"""{"name":"{{new string('a', 1024 * 1024)}}"}""")) { TestName = "{m}(more than a mebibyte)" },
        new(Answers.Json(500, "{}")) { TestName = "{m}(500)" },
        new(Answers.Json(403, "{}")) { TestName = "{m}(403)" },
        new(Answers.Json(204, "")) { TestName = "{m}(204)" },
        new(Answers.RetryAfter(429, "60")) { TestName = "{m}(429)" },
        new(Answers.ResetAsync) { TestName = "{m}(reset)" },
        new(Answers.BreakOffAsync) { TestName = "{m}(broken off)" },
        new(Answers.NeverAsync) { TestName = "{m}(no answer)" },
        new(Answers.NeverEndAsync) { TestName = "{m}(no end)" },
    ];

    [TestCaseSource(nameof(Failures))]
    public async Task When_the_first_host_fails_the_second_answers(RequestDelegate failure)
    {
        await using var first = await ScriptedHost.StartAsync(failure);
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over([first, second], new() { ["Swapi:AttemptTimeout"] = "00:00:02" });

        var result = await rig.AskAsync(4);

        Assert.That((string?)result.Person()["name"], Is.EqualTo("Person 4"));
        Assert.That((first.Asked.Count, second.Asked.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_host_whose_certificate_has_expired_is_passed_over()
    {
        await using var first = await ScriptedHost.StartExpiredAsync();
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(first, second);

        var result = await rig.AskAsync(4);

        Assert.That(result.Person(), Is.Not.Null);
        Assert.That(first.Asked, Is.Empty);
    }

    [Test]
    public async Task A_host_that_nobody_serves_is_passed_over()
    {
        var first = await ScriptedHost.StartAsync();
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(first, second);
        await first.DisposeAsync();

        Assert.That((await rig.AskAsync(4)).Person(), Is.Not.Null);
    }

    [Test]
    public async Task As_long_as_the_first_host_answers_no_other_is_asked()
    {
        await using var first = await ScriptedHost.StartAsync();
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(first, second);

        await rig.AskAsync(4);
        await rig.AskAsync(17);
        await rig.AskAsync();

        Assert.That(second.Asked, Is.Empty);
    }

    [Test]
    public async Task Hosts_are_asked_one_after_the_other_in_their_order()
    {
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        RequestDelegate Failing(string name) => context =>
        {
            order.Enqueue(name);
            return Answers.Json(500, "{}")(context);
        };
        await using var first = await ScriptedHost.StartAsync(Failing("first"));
        await using var second = await ScriptedHost.StartAsync(Failing("second"));
        await using var third = await ScriptedHost.StartAsync(Failing("third"));
        using var rig = PersonRig.Over(first, second, third);

        var result = await rig.AskAsync(4);

        Assert.That(result, Is.InstanceOf<ActionResult.TransientFailure>());
        Assert.That(order, Is.EqualTo(["first", "second", "third", "first", "second", "third"]));
    }

    [Test]
    public async Task A_second_round_finds_a_host_that_came_back()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        swapi.Answer = context => swapi.Asked.Count == 1 ? Answers.ResetAsync(context) : Answers.Swapi(context);
        using var rig = PersonRig.Over(swapi);

        Assert.That((await rig.AskAsync(4)).Person(), Is.Not.Null);
        Assert.That(swapi.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_host_that_keeps_failing_is_left_alone_and_asked_again_later()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.Html(200));
        await using var second = await ScriptedHost.StartAsync();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        using var rig = PersonRig.Over([first, second], new(), clock);

        for (var id = 20; id < 40; id++)
        {
            Assert.That((await rig.AskAsync(id)).Person(), Is.Not.Null);
        }

        Assert.That(first.Asked, Has.Count.EqualTo(3));

        clock.Advance(TimeSpan.FromSeconds(31));
        await rig.AskAsync(40);
        await rig.AskAsync(41);

        Assert.That(first.Asked, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_sound_host_beside_a_dead_one_is_never_left_alone()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.ResetAsync);
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(first, second);

        foreach (var id in Enumerable.Range(20, 40))
        {
            await rig.AskAsync(id);
        }

        Assert.That(second.Asked, Has.Count.EqualTo(40));
    }

    [Test]
    public async Task The_total_time_ends_all_rounds()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.NeverAsync);
        await using var second = await ScriptedHost.StartAsync(Answers.NeverAsync);
        using var rig = PersonRig.Over([first, second], new()
        {
            ["Swapi:AttemptTimeout"] = "00:00:01.2",
            ["Swapi:TotalTimeout"] = "00:00:02",
            ["Swapi:Rounds"] = "10",
        });
        var watch = Stopwatch.StartNew();

        var result = await rig.AskAsync(4);

        Assert.That(result.Unavailable().Code, Is.EqualTo("swapi_unavailable"));
        Assert.That(watch.Elapsed, Is.InRange(TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(6)));
        Assert.That((first.Asked.Count, second.Asked.Count), Is.EqualTo((1, 1)));
    }

    [TestCase("true")]
    [TestCase("false")]
    public async Task A_caller_who_gives_up_gets_a_cancellation(string cache)
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var given = new CancellationTokenSource();
        swapi.Answer = async context =>
        {
            await given.CancelAsync();
            await Answers.NeverAsync(context);
        };
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Cache"] = cache, ["Swapi:AttemptTimeout"] = "00:00:01" });

        Assert.That(async () => await rig.AskAsync(4, given.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Every_host_is_asked_for_JSON_by_name()
    {
        var headers = new System.Collections.Concurrent.ConcurrentQueue<(string?, string?)>();
        await using var swapi = await ScriptedHost.StartAsync(context =>
        {
            headers.Enqueue((context.Request.Headers.Accept, context.Request.Headers.UserAgent));
            return Answers.Html(200)(context);
        });
        using var rig = PersonRig.Over(swapi);

        await rig.AskAsync(4);

        Assert.That(headers, Is.EqualTo([("application/json", "OfflineActions"), ("application/json", "OfflineActions")]));
    }

    [Test]
    public async Task A_host_may_redirect_to_an_address_without_the_slash()
    {
        await using var swapi = await ScriptedHost.StartAsync(context =>
        {
            if (context.Request.Path.Value!.EndsWith('/'))
            {
                context.Response.Redirect(context.Request.Path.Value.TrimEnd('/'), permanent: true, preserveMethod: true);
                return Task.CompletedTask;
            }

            return context.Request.Path == "/api/people" ? Answers.Json(200, """[{"name":"a"}]""")(context) : Answers.Swapi(context);
        });
        using var rig = PersonRig.Over(swapi);

        Assert.That((await rig.AskAsync()).Person(), Is.Not.Null);
        Assert.That(swapi.Asked.Take(2), Is.EqualTo(["/api/people/", "/api/people"]));
    }

    [Test]
    public async Task Hosts_may_keep_their_API_under_different_paths()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.ResetAsync);
        await using var second = await ScriptedHost.StartAsync(Answers.Json(200, """{"name":"a"}"""));
        using var host = PersonRig.Configured(new Dictionary<string, string?>
        {
            ["Swapi:BaseAddresses:0"] = first.Api.AbsoluteUri.TrimEnd('/'),
            ["Swapi:BaseAddresses:1"] = new Uri(second.Api, "/mirror/of/swapi").AbsoluteUri,
        });

        var result = await PersonRig.PerformAsync(host, """{"personId":4}""");

        Assert.That(result.Person(), Is.Not.Null);
        Assert.That((first.Asked[0], second.Asked[0]), Is.EqualTo(("/api/people/4/", "/mirror/of/swapi/people/4/")));
    }
}
