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
        var builder = CreateSystem();
        await using var app = builder.Build();
        var measuring = builder.Services.Select(service => service.ServiceType)
            .Where(type => type.Name.EndsWith("Telemetry", StringComparison.Ordinal))
            .Append(typeof(CatchUpService)).Append(typeof(ScheduleService));
        var created = measuring.Select(type => app.Services.GetRequiredService(type)).ToList();

        var own = instruments.Where(instrument => instrument.Meter.Scope == app.Services.GetRequiredService<IMeterFactory>());
        Assert.That(created, Has.Count.GreaterThanOrEqualTo(7));
        Assert.That(ReadTable(), Is.EquivalentTo(own.Select(Describe)));
    }

    private static WebApplicationBuilder CreateSystem()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = "a password for tests",
            ["SyncGateway:Url"] = "http://127.0.0.1:9",
            ["Swapi:BaseAddresses:0"] = "http://127.0.0.1:9/api/",
        });
        return builder.AddServiceDefaults(port: 0).AddGateway().AddWorker()
            .AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());
    }

    private static (string Name, string Type, string Unit) Describe(Instrument instrument) => (
        instrument.Name,
        instrument switch
        {
            Counter<long> => "counter",
            Histogram<double> => "histogram",
            ObservableGauge<long> or ObservableGauge<double> => "gauge",
            _ => instrument.GetType().Name,
        },
        instrument.Unit ?? "");

    private static IEnumerable<(string Name, string Type, string Unit)> ReadTable() => Row()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md")))
        .Select(row => (row.Groups["name"].Value, row.Groups["type"].Value, row.Groups["unit"].Value));

    [GeneratedRegex(@"(?m)^\| `(?<name>[a-z_.]+)` \| (?<type>\w+) \| (?<unit>[^ ]+) \|")]
    private static partial Regex Row();
}
