using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OfflineActions.Emulators.Hosting;

/// <summary>The ports of one emulator, and the faults of those that the world sees.</summary>
internal sealed class FaultyPorts<TFaults> : IAsyncDisposable
    where TFaults : NetworkFaults, new()
{
    private readonly ILoggerFactory loggers;
    private readonly Lock gate = new();
    private readonly List<HttpPort> faulty = [];
    private readonly List<HttpPort> sound = [];
    private TFaults faults = new();

    public FaultyPorts(ILoggerFactory loggers)
    {
        this.loggers = loggers;
        Faults = faults;
    }

    /// <summary>Set its members, or replace it as a whole; either takes effect at once.</summary>
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

    /// <summary>Opens a port that refuses connections when the faults say so.</summary>
    /// <returns>Where it listens, ending in a slash.</returns>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task<Uri> OpenAsync(string address, int port, RequestDelegate answer, CancellationToken cancellationToken) =>
        OpenAsync(faulty, address, port, answer, cancellationToken);

    /// <summary>As <see cref="OpenAsync(string, int, RequestDelegate, CancellationToken)"/>, for a port that faults never meet.</summary>
    public Task<Uri> OpenAsideAsync(string address, int port, RequestDelegate answer, CancellationToken cancellationToken) =>
        OpenAsync(sound, address, port, answer, cancellationToken);

    /// <summary>Cuts every open connection of the ports that the world sees.</summary>
    public void CutConnections() => faulty.ForEach(port => port.CutConnections());

    public async ValueTask DisposeAsync()
    {
        foreach (var port in faulty.Concat(sound))
        {
            await port.DisposeAsync();
        }
    }

    private async Task<Uri> OpenAsync(List<HttpPort> ports, string address, int port, RequestDelegate answer, CancellationToken cancellationToken)
    {
        var opened = await HttpPort.StartAsync(address, port, answer, loggers, cancellationToken);
        ports.Add(opened);
        return opened.Url;
    }

    private void Refuse(bool refuse) => faulty.ForEach(port => port.Refuse(refuse));
}
