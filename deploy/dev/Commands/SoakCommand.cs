using System.CommandLine;
using System.Diagnostics;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev soak</c>: the same load for minutes, workers that are killed now and then, and nothing that grows.</summary>
internal sealed class SoakCommand : Command
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(25);

    private readonly Option<int> minutes = new("--minutes") { Description = "how long", DefaultValueFactory = _ => 10 };
    private readonly Option<int> rate = new("--rate") { Description = "requests a second", DefaultValueFactory = _ => 50 };

    public SoakCommand()
        : base("soak", "keep the system under load, and see that nothing grows")
    {
        Add(minutes);
        Add(rate);
        foreach (var number in new[] { minutes, rate })
        {
            number.Validators.Add(given =>
            {
                if (given.GetValue(number) < 1)
                {
                    given.AddError($"{number.Name} takes a number from 1 on.");
                }
            });
        }

        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        await DotNet.BuildAsync("services/DevHost", cancellationToken);
        await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
        await using var system = await SoakSystem.StartAsync(broker, workers: 2, cancellationToken);

        var looks = new List<SoakLook>();
        var time = Stopwatch.StartNew();
        var killed = TimeSpan.Zero;
        using var load = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = system.WriteAsync(given.GetValue(rate), load.Token);
        Console.WriteLine(SoakLook.Header);
        while (time.Elapsed < TimeSpan.FromMinutes(given.GetValue(minutes)))
        {
            await Task.Delay(BetweenLooks, cancellationToken);
            if (time.Elapsed - killed >= BetweenKills)
            {
                await system.KillAWorkerAsync(cancellationToken);
                killed = time.Elapsed;
            }

            looks.Add(await system.LookAsync(time.Elapsed, cancellationToken));
            Console.WriteLine(looks[^1]);
        }

        await load.CancelAsync();
        await writing;
        var end = await AtRestAsync(system, time, cancellationToken);
        Console.WriteLine(end);
        return Judge(looks, end);
    }

    private static async Task<SoakLook> AtRestAsync(SoakSystem system, Stopwatch time, CancellationToken cancellationToken)
    {
        var deadline = time.Elapsed + TimeSpan.FromMinutes(1);
        SoakLook look;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            look = await system.LookAsync(time.Elapsed, cancellationToken);
        }
        while ((look.Open, look.Messages) is not (0, 0) && time.Elapsed < deadline);

        return look;
    }

    // The first quarter warms up. After it, what is a leak goes on growing; what is not stays within what a collector leaves lying about.
    private static int Judge(List<SoakLook> looks, SoakLook end)
    {
        var warm = looks[looks.Count / 4];
        string[] grown =
        [
            .. end.Open == 0 ? [] : new[] { $"{end.Open} requests are open" },
            .. end.Messages == 0 ? [] : new[] { $"{end.Messages} messages are in queues" },
            .. end.Connections <= warm.Connections ? [] : new[] { $"{end.Connections} connections, {warm.Connections} before" },
            .. Memory("gateway", warm.GatewayMegabytes, end.GatewayMegabytes),
            .. Memory("worker", warm.WorkerMegabytes, end.WorkerMegabytes),
        ];
        Console.WriteLine(grown is [] ? "Nothing has grown, nothing is open." : string.Join("; ", grown));
        return grown is [] ? 0 : 1;

        static string[] Memory(string service, long before, long now) =>
            now <= (before * 1.25) + 32 ? [] : [$"the {service} has {now} MB, {before} MB before"];
    }
}
