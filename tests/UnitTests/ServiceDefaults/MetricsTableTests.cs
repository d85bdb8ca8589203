using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Gateway;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Schedules;
using OfflineActions.Messaging;
using OfflineActions.Operator.Serve;
using OfflineActions.ServiceDefaults;
using OfflineActions.Worker;

namespace OfflineActions.Tests.ServiceDefaults;

/// <summary>The table in docs/metrics.md is what the services measure.</summary>
public sealed partial class MetricsTableTests
{
    [Test]
    public async Task The_table_has_every_instrument_and_no_other()
    {
        var instruments = new ConcurrentQueue<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("OfflineActions.", StringComparison.Ordinal))
                {
                    instruments.Enqueue(instrument);
                }
            },
        };
        listener.Start();
        await using var system = Build(builder => builder.AddGateway().AddWorker()
            .AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions()));
        await using var page = Build(builder => builder.AddOperatorPage(ActionCatalog.Default));
        object[] keyspaces = [system.Services.GetRequiredService<CatchUpService>(), system.Services.GetRequiredService<ScheduleService>()];

        var own = instruments.Where(instrument => new[] { system, page }.Any(app =>
            instrument.Meter.Scope == app.Services.GetRequiredService<IMeterFactory>()));
        Assert.That(keyspaces, Has.None.Null);
        Assert.That(ReadTable(), Is.EquivalentTo(own.Select(Describe)));
    }

    /// <summary>Builds a process, and all its services that measure.</summary>
    private static WebApplication Build(Action<WebApplicationBuilder> add)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = "a password for tests",
            ["SyncGateway:Url"] = "http://127.0.0.1:9",
            ["Swapi:BaseAddresses:0"] = "http://127.0.0.1:9/api/",
        });
        add(builder.AddServiceDefaults(port: 0));
        var app = builder.Build();
        var measuring = builder.Services.Select(service => service.ServiceType).Where(type =>
            type.Namespace?.StartsWith("OfflineActions.", StringComparison.Ordinal) is true
            && type.GetConstructors().Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(IMeterFactory))));
        Assert.That(measuring.Select(type => app.Services.GetService(type)).ToList(), Is.Not.Empty.And.None.Null);
        return app;
    }

    private static (string Name, string Type, string Unit) Describe(Instrument instrument) => (
        instrument.Name,
        instrument switch
        {
            Counter<long> => "counter",
            Histogram<double> => "histogram",
            ObservableGauge<int> or ObservableGauge<long> or ObservableGauge<double> => "gauge",
            _ => instrument.GetType().Name,
        },
        instrument.Unit ?? "");

    private static IEnumerable<(string Name, string Type, string Unit)> ReadTable() => Row()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md")))
        .Select(row => (row.Groups["name"].Value, row.Groups["type"].Value, row.Groups["unit"].Value));

    [GeneratedRegex(@"(?m)^\| `(?<name>[a-z_.]+)` \| (?<type>\w+) \| (?<unit>[^ ]+) \|")]
    private static partial Regex Row();
}
