using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Worker;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>A host with what an <see cref="ActionRunner"/> needs, without a broker.</summary>
internal static class WorkerHost
{
    /// <summary>Creates it.</summary>
    /// <param name="syncGateway">The address of Sync Gateway.</param>
    /// <param name="more">Adds more services, before those of the worker.</param>
    public static IHost Create(Uri syncGateway, Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("SyncGateway:Url", (string?)syncGateway.ToString())]);
        more?.Invoke(builder.Services);
        builder.AddSyncGatewayClient();
        builder.Services.AddMetrics().TryAddSingleton(ActionCatalog.Default);
        builder.Services.AddSingleton<ActionRunner>().AddSingleton<ProgressWriter>().AddSingleton<SyncGatewayHealthCheck>();
        builder.Services.AddSingleton<WorkerTelemetry>().AddSingleton<DoneSummary>();
        return builder.Build();
    }
}
