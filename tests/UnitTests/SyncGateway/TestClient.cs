using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

/// <summary>The client, created by a host from configuration.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly IHost host;

    public TestClient(Uri? url, Action<HostApplicationBuilder>? more = null, params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings
            .Prepend(("Url", url?.ToString()))
            .Where(setting => setting.Item2 is not null)
            .Select(setting => KeyValuePair.Create("SyncGateway:" + setting.Item1, setting.Item2)));
        more?.Invoke(builder);
        host = builder.AddSyncGatewayClient().Build();
    }

    public SyncGatewayClient Client => host.Services.GetRequiredService<SyncGatewayClient>();

    /// <summary>Starts the host, which validates the options.</summary>
    public Task StartAsync() => host.StartAsync();

    public void Dispose() => host.Dispose();
}
