namespace OfflineActions.Tests.Pipeline;

/// <summary>
/// An older version and this one side by side, as during an update of one process after the other, and on the way back.
/// <c>./dev upgrade</c> builds the older version and runs these tests.
/// </summary>
[Category("Upgrade")]
public sealed class UpgradeTests
{
    /// <summary>The requests of each half step.</summary>
    private const int Requests = 100;

    private const int Persons = 10;

    /// <summary>How many calls of SWAPI fail in a step, so that messages wait in a delay queue while a process is replaced.</summary>
    private const int Failures = 6;

    /// <summary>A checkout of the older version, built.</summary>
    private static readonly string? Older = Environment.GetEnvironmentVariable("UPGRADE_FROM");

    [TestCase(true, TestName = "The_worker_is_updated_before_the_gateway_and_both_are_taken_back")]
    [TestCase(false, TestName = "The_gateway_is_updated_before_the_worker_and_both_are_taken_back")]
    public async Task Every_request_gets_its_result_once(bool workerFirst)
    {
        if (Older is null)
        {
            Assert.Ignore("./dev upgrade REF builds the older version and runs this test.");
        }

        (string? Gateway, string? Worker)[] steps =
        [
            workerFirst ? (Older, null) : (null, Older),
            (null, null),
            workerFirst ? (null, Older) : (Older, null),
            (Older, Older),
        ];
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Checkout = Older,
            Environment = new Dictionary<string, string?> { ["Bus__Delays__0"] = "00:00:02", ["Bus__Delays__1"] = "00:00:05", ["Bus__Delays__2"] = "00:00:06" },
        });
        var ids = new List<string>();
        await WriteAsync(system, "old", ids);

        foreach (var (index, step) in steps.Index())
        {
            system.Swapi.Faults.FailNext = Failures;
            await WriteAsync(system, $"before-{index}", ids);
            await Task.WhenAll(system.Gateway.TerminateAsync(), system.Workers[^1].TerminateAsync());
            await system.StartGatewayAsync(step.Gateway);
            await WriteAsync(system, $"between-{index}", ids);
            await system.StartWorkerAsync(checkout: step.Worker);
        }

        await system.UntilAllAsync(ids, "person_success", TimeSpan.FromMinutes(2));
        await system.UntilQueuesAreEmptyAsync();
        var all = await system.Database.AllAsync();
        Assert.That(ids.Where(id => !((string)all[id]["_rev"]!).StartsWith("2-", StringComparison.Ordinal)), Is.Empty, "One request, one result.");
    }

    private static async Task WriteAsync(PipelineSystem system, string prefix, List<string> ids)
    {
        // A random person would share one call of SWAPI with all others, whose failure would pause the action.
        for (var person = 1; person <= Persons; person++)
        {
            var added = Enumerable.Range(0, Requests / Persons).Select(number => $"{prefix}-{person}-{number}").ToArray();
            await system.Database.WriteAllAsync(added, $$"""{"action":"person_request","personId":{{person}}}""");
            ids.AddRange(added);
        }
    }
}
