using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Tests.Echo;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker.Processing;
using static OfflineActions.Tests.Worker.RequestLife;

namespace OfflineActions.Tests.Worker;

/// <summary>Random histories of one request: edits, deliveries and faults, in any order.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RequestLifeTests
{
    private static readonly Gen<Write> AnyWrite = Gen.Frequency(
        (4, Gen.Const(Write.Request)), (4, Gen.Const(Write.Edit)), (1, Gen.Const(Write.Cancel)), (1, Gen.Const(Write.Delete)));

    /// <summary>Values that any app user can write: numbers of every kind, names twice, half surrogate pairs, deep, long.</summary>
    private static readonly Gen<string> OddValue = Gen.OneOf(
        Gen.OneOf<string>("0", "-0", "-0.0", "1.0", "1e400", "-1E-400", "1e99999999999", "-1E-99999999999", "12345678901234567890"),
        Gen.OneOf<string>("""{"a":1,"a":2}""", """[{"":{"a":1,"\u0061":2},"":null}]""", """{"code":"x","code":"y"}"""),
        Gen.OneOf<string>("""{"code":"x","attempts":1e99999999999}""", "null", "true", "[]", "{}", "\"\""),
        Gen.OneOf<string>("""{"\ud800":"\udc00","\udfff":"\ud83d\ude00"}""", "\"\\u0000\\u2028\\ufeff\"", """{"__proto__":1}"""),
        Gen.Const($"{new string('[', 50)}1e9999{new string(']', 50)}"),
        Gen.Const($"\"{new string('x', 100_000)}\""));

    /// <summary>Times at both ends, and some that are none. None is in the future: such a request would stay open.</summary>
    private static readonly Gen<string> PastTime = Gen.OneOf(
        Gen.OneOf<string>("\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00-14:00\"", "\"0001-01-01T00:00:00+14:00\""),
        Gen.OneOf<string>("\"2016-12-31T23:59:60Z\"", "\"2016-02-30T00:00:00Z\"", "\"2016-12-31T24:00:00Z\""),
        OddValue);

    private static readonly Gen<string> AnyTime = Gen.OneOf(
        Gen.OneOf<string>("\"9999-12-31T23:59:59.999999999Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\""),
        PastTime);

    private static readonly Gen<string> OddFields = Gen.Frequency(
        (2, Gen.Const("")),
        (3, OddValue.Select(value => $"\"odd\":{value}")),
        (1, Gen.Select(OddValue, OddValue).Select(values => $"\"error\":{values.Item1},\"person\":{values.Item2}")),
        (3, Gen.OneOf<string>("person_request", "echo_request").Array[0, 4].Select(then => $"\"then\":{JsonSerializer.Serialize(then)}")),
        (1, OddValue.Select(value => $"\"then\":{value}")),
        (1, Gen.Select(Gen.Int[0, 12], OddValue, Gen.Bool).Select(note =>
            $"\"chain\":{(note.Item3 ? $"{{\"after\":\"{note.Item1}-x\"}}" : note.Item2)}")),
        (1, OddValue.Select(value => $"\"progress\":{value}")),
        (1, PastTime.Select(time => $"\"notBefore\":{time}")),
        (1, AnyTime.Select(time => $"\"expiresAt\":{time}")));

    // A failing read is retried, which takes time, so it is rare.
    private static readonly Gen<Fault> AnyFault = Gen.Frequency(
        (20, Gen.Const(Fault.None)),
        (1, Gen.Const(Fault.ReadFails)),
        (6, Gen.Const(Fault.WriteFails)),
        (6, Gen.Const(Fault.WriteAnswerLost)),
        (4, Gen.Const(Fault.KilledDuringAction)),
        (6, Gen.Const(Fault.KilledBeforeAck)));

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (5, Gen.Select(AnyWrite, Gen.Bool, OddFields).Select(write =>
            new Step($"{write}", life => life.WriteAsync(write.Item1, write.Item2, write.Item3)))),
        (1, Gen.Int[0, 9].Select(index => new Step($"duplicate {index}", life =>
        {
            life.Duplicate(index);
            return Task.CompletedTask;
        }))),
        (8, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], AnyFault, AnyWrite.Array[0, 2], Gen.Bool, Gen.Bool).Select(each =>
        {
            var delivery = new Delivery(each.Item1, each.Item2, each.Item3, each.Item4, each.Item5, each.Item6);
            return new Step($"{delivery} {string.Join(' ', delivery.Meanwhile)}", life => life.DeliverAsync(delivery));
        })));

    private sealed record Step(string Name, Func<RequestLife, Task> Take)
    {
        public override string ToString() => Name;
    }

    /// <summary>Each part makes histories of its own. There are three because this is the longest test, and they run side by side.</summary>
    [Test]
    public async Task After_any_history_the_last_request_has_exactly_one_result_and_no_edit_is_lost([Values(1, 2, 3)] int part)
    {
        await using var outside = await Emulated.StartAsync();
        using var host = WorkerHost.Create(outside.Gateway.PublicUrl, services => services.AddSingleton(EchoCatalog.All));
        var runner = host.Services.GetRequiredService<ActionRunner>();
        var lives = 0;

        await Gen.Select(AnyStep.Array[1, 15], Gen.Int[0, 2]).SampleAsync(
            async (steps, result) =>
            {
                var life = new RequestLife(runner, outside, $"life-{part}-{Interlocked.Increment(ref lives)}");
                foreach (var step in steps)
                {
                    await step.Take(life);
                }

                await life.SettleAsync(result);
            },
            iter: 500,
            threads: 1,
            print: sample => $"{string.Join("\n", sample.Item1.AsEnumerable())}\nresult {sample.Item2}");
    }
}
