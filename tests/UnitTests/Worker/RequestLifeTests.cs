using CsCheck;
using OfflineActions.Tests.Emulators;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OfflineActions.SyncGateway;
using OfflineActions.Worker;
using OfflineActions.Worker.Processing;
using static OfflineActions.Tests.Worker.RequestLife;

namespace OfflineActions.Tests.Worker;

/// <summary>Random histories of one request: edits, deliveries, accidents. However it went, it ends right.</summary>
public sealed class RequestLifeTests
{
    private static readonly Gen<Write> AnyWrite = Gen.Frequency(
        (4, Gen.Const(Write.Ask)), (4, Gen.Const(Write.Edit)), (1, Gen.Const(Write.Cancel)), (1, Gen.Const(Write.Delete)));

    // Reads are tried again before they count as failed, which takes time.
    private static readonly Gen<Accident> AnyAccident = Gen.Frequency(
        (20, Gen.Const(Accident.None)),
        (1, Gen.Const(Accident.NotRead)),
        (6, Gen.Const(Accident.NotWritten)),
        (6, Gen.Const(Accident.AnswerLost)),
        (4, Gen.Const(Accident.KilledAtWork)),
        (6, Gen.Const(Accident.KilledBeforeAck)));

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (5, Gen.Select(AnyWrite, Gen.Bool).Select(write => new Step($"{write}", life => life.DoAsync(write.Item1, write.Item2)))),
        (1, Gen.Int[0, 9].Select(which => new Step($"double {which}", life =>
        {
            life.Double(which);
            return Task.CompletedTask;
        }))),
        (8, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], AnyAccident, AnyWrite.Array[0, 2]).Select(each =>
        {
            var delivery = new Delivery(each.Item1, each.Item2, each.Item3, each.Item4);
            return new Step($"{delivery} {string.Join(' ', delivery.Meanwhile)}", life => life.DeliverAsync(delivery));
        })));

    private sealed record Step(string Name, Func<RequestLife, Task> Take)
    {
        public override string ToString() => Name;
    }

    [Test]
    public async Task However_it_went_it_ends_with_one_answer_for_what_was_asked_last_and_all_edits_survive()
    {
        await using var outside = await Emulated.StartAsync();
        using var host = Host(outside.Gateway.PublicUrl);
        var runner = host.Services.GetRequiredService<ActionRunner>();
        var lives = 0;

        await Gen.Select(AnyStep.Array[1, 15], Gen.Int[0, 2]).SampleAsync(
            async (steps, result) =>
            {
                var life = new RequestLife(runner, outside, $"life-{Interlocked.Increment(ref lives)}");
                foreach (var step in steps)
                {
                    await step.Take(life);
                }

                await life.SettleAsync(result);
            },
            iter: 1_500,
            threads: 1,
            print: sample => $"{string.Join("\n", sample.Item1.AsEnumerable())}\nresult {sample.Item2}");
    }

    private static IHost Host(Uri syncGateway)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("SyncGateway:Url", (string?)syncGateway.ToString())]);
        builder.AddSyncGatewayClient();
        builder.Services.AddMetrics().AddOptions<WorkerOptions>();
        builder.Services.AddSingleton<ActionRunner>().AddSingleton<SyncGatewayHealthCheck>().AddSingleton<WorkerTelemetry>();
        return builder.Build();
    }
}
