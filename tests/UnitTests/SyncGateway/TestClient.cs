using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

/// <summary>The client as a host makes it, from configuration.</summary>
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

    /// <summary>Starts the host, which is when the options are checked.</summary>
    public Task StartAsync() => host.StartAsync();

    public void Dispose() => host.Dispose();
}
