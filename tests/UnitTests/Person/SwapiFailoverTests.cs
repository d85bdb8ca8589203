using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
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
    ];

    private static IEnumerable<TestCaseData<RequestDelegate>> Silences() =>
    [
        new(Answers.NeverAsync) { TestName = "{m}(no response)" },
        new(Answers.NeverEndAsync) { TestName = "{m}(no end of the response)" },
    ];

    [TestCaseSource(nameof(Failures))]
    public async Task When_the_first_instance_fails_the_second_one_is_used(RequestDelegate failure)
    {
        await using var first = await ScriptedHost.StartAsync(failure);
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(first, second);

        var result = await rig.AskAsync(4);

        Assert.That((string?)result.Person()["name"], Is.EqualTo("Person 4"));
        Assert.That((first.Asked.Count, second.Asked.Count), Is.EqualTo((1, 1)));
    }

    [TestCaseSource(nameof(Silences))]
    public async Task After_the_attempt_timeout_of_the_first_instance_the_second_one_is_used(RequestDelegate silence)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var first = await ScriptedHost.StartAsync(silence);
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over([first, second], new() { ["Swapi:AttemptTimeout"] = "00:00:02" }, clock);

        var result = rig.AskAsync(4);
        await first.UntilAskedAsync();
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That((string?)(await result).Person()["name"], Is.EqualTo("Person 4"));
        Assert.That((first.Asked.Count, second.Asked.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task An_instance_with_an_expired_certificate_is_skipped()
    {
        await using var first = await ScriptedHost.StartExpiredAsync();
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(first, second);

        var result = await rig.AskAsync(4);

        Assert.That(result.Person(), Is.Not.Null);
        Assert.That(first.Asked, Is.Empty);
    }

    [Test]
    public async Task An_instance_that_refuses_connections_is_skipped()
    {
        var first = await ScriptedHost.StartAsync();
        await using var second = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(first, second);
        await first.DisposeAsync();

        Assert.That((await rig.AskAsync(4)).Person(), Is.Not.Null);
    }

    [Test]
    public async Task While_the_first_instance_works_no_other_is_used()
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
    public async Task Instances_are_tried_one_after_the_other_in_their_order()
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
    public async Task A_second_round_finds_an_instance_that_recovered()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        swapi.Answer = context => swapi.Asked.Count == 1 ? Answers.ResetAsync(context) : Answers.Swapi(context);
        using var rig = PersonRig.Over(swapi);

        Assert.That((await rig.AskAsync(4)).Person(), Is.Not.Null);
        Assert.That(swapi.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_instance_that_keeps_failing_is_skipped_for_thirty_seconds()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.Html(200));
        await using var second = await ScriptedHost.StartAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
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
    public async Task A_working_instance_is_never_skipped_because_another_one_fails()
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
    public async Task The_total_timeout_ends_all_rounds()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var first = await ScriptedHost.StartAsync(Answers.NeverAsync);
        await using var second = await ScriptedHost.StartAsync(Answers.NeverAsync);
        var settings = new Dictionary<string, string?>
        {
            ["Swapi:AttemptTimeout"] = "00:00:01.2",
            ["Swapi:TotalTimeout"] = "00:00:02",
            ["Swapi:Rounds"] = "10",
        };
        using var rig = PersonRig.Over([first, second], settings, clock);

        var result = rig.AskAsync(4);
        await first.UntilAskedAsync();
        clock.Advance(TimeSpan.FromSeconds(1.2));
        await second.UntilAskedAsync();
        clock.Advance(TimeSpan.FromSeconds(0.8));

        Assert.That((await result).Unavailable().Code, Is.EqualTo("swapi_unavailable"));
        Assert.That((first.Asked.Count, second.Asked.Count), Is.EqualTo((1, 1)));
    }

    [TestCase("true")]
    [TestCase("false")]
    public async Task A_cancelled_caller_gets_an_OperationCanceledException(string cache)
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var end = new TaskCompletionSource();
        swapi.Answer = async context =>
        {
            await cancellation.CancelAsync();
            await end.Task;
            await Answers.Swapi(context);
        };
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Cache"] = cache });

        Assert.That(async () => await rig.AskAsync(4, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        end.SetResult();
    }

    [Test]
    public async Task Every_request_names_JSON_and_the_user_agent()
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
    public async Task An_instance_may_redirect_to_an_address_without_the_slash()
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
    public async Task Instances_may_have_different_paths()
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
