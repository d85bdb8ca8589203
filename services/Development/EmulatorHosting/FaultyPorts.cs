using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OfflineActions.Emulators.Hosting;

/// <summary>The ports of one emulator. Faults apply to the emulated service's ports, not to control and metrics ports.</summary>
internal sealed class FaultyPorts<TFaults> : IAsyncDisposable
    where TFaults : NetworkFaults, new()
{
    private readonly ILoggerFactory loggers;
    private readonly Lock gate = new();
    private readonly List<HttpPort> faulty = [];
    private readonly List<HttpPort> reliable = [];
    private TFaults faults = new();

    public FaultyPorts(ILoggerFactory loggers)
    {
        this.loggers = loggers;
        Faults = faults;
    }

    /// <summary>The active faults. Changing a member or replacing the object takes effect immediately.</summary>
    public TFaults Faults
    {
        get => faults;
        set
        {
            lock (gate)
            {
                faults.RefuseChanged = null;
                faults = value;
                value.RefuseChanged = Refuse;
                Refuse(value.Refuse);
            }
        }
    }

    /// <summary>Opens a port that faults apply to.</summary>
    /// <returns>The address, ending in a slash.</returns>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task<Uri> OpenAsync(string address, int port, RequestDelegate answer, CancellationToken cancellationToken) =>
        OpenAsync(faulty, address, port, answer, cancellationToken);

    /// <summary>
    /// As <see cref="OpenAsync(string, int, RequestDelegate, CancellationToken)"/>, for a port that faults never apply to.
    /// </summary>
    public Task<Uri> OpenReliableAsync(string address, int port, RequestDelegate answer, CancellationToken cancellationToken) =>
        OpenAsync(reliable, address, port, answer, cancellationToken);

    /// <summary>Aborts every open connection of the ports that faults apply to.</summary>
    public void CutConnections() => faulty.ForEach(port => port.CutConnections());

    public async ValueTask DisposeAsync()
    {
        foreach (var port in faulty.Concat(reliable))
        {
            await port.DisposeAsync();
        }
    }

    private async Task<Uri> OpenAsync(
        List<HttpPort> ports, string address, int port, RequestDelegate answer, CancellationToken cancellationToken)
    {
        var opened = await HttpPort.StartAsync(address, port, answer, loggers, cancellationToken);
        ports.Add(opened);
        return opened.Url;
    }

    private void Refuse(bool refuse) => faulty.ForEach(port => port.Refuse(refuse));
}
