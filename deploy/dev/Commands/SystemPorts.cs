namespace OfflineActions.Dev.Commands;

/// <summary>Where the parts of the system listen on 127.0.0.1.</summary>
/// <param name="SyncGateway">The emulated Sync Gateway's public port.</param>
/// <param name="SyncGatewayAdmin">Its admin port.</param>
/// <param name="SyncGatewayControl">Where its faults are switched on and off.</param>
/// <param name="Swapi">The emulated SWAPI.</param>
/// <param name="SwapiControl">Where its faults are switched on and off.</param>
/// <param name="Gateway">The gateway.</param>
/// <param name="WebClient">The page.</param>
/// <param name="Workers">The workers, one port each.</param>
public sealed record SystemPorts(
    int SyncGateway,
    int SyncGatewayAdmin,
    int SyncGatewayControl,
    int Swapi,
    int SwapiControl,
    int Gateway,
    int WebClient,
    IReadOnlyList<int> Workers)
{
    /// <summary>The ports that documents and scripts count on; workers take those from 8081 on that are left.</summary>
    public static SystemPorts Fixed(int workers) =>
        new(4984, 4985, 4987, 8090, 8091, 8080, 3000, [.. Enumerable.Range(8081, workers + 2).Where(port => port is not (8090 or 8091)).Take(workers)]);

    /// <summary>Ports nobody uses now.</summary>
    public static SystemPorts Free(int workers)
    {
        var ports = Enumerable.Range(0, workers + 7).Select(_ => FreePorts.Take()).ToArray();
        return new(ports[0], ports[1], ports[2], ports[3], ports[4], ports[5], ports[6], ports[7..]);
    }

    /// <summary>Refuses to go on when somebody else listens on any of them.</summary>
    /// <exception cref="InvalidOperationException">Names every port that is taken, and what to do.</exception>
    public void MustBeFree()
    {
        var taken = Named().Where(port => !FreePorts.IsFree(port.Port)).Select(port => $"  {port.Port}  {port.Use}").ToList();
        if (taken.Count > 0)
        {
            throw new InvalidOperationException(
                $"Somebody else listens on\n{string.Join('\n', taken)}\nStop it, or let free ports be taken: --ports auto");
        }
    }

    private IEnumerable<(int Port, string Use)> Named() =>
    [
        (SyncGateway, "Sync Gateway, public"),
        (SyncGatewayAdmin, "Sync Gateway, admin"),
        (SyncGatewayControl, "Sync Gateway emulator, control"),
        (Swapi, "SWAPI"),
        (SwapiControl, "SWAPI emulator, control"),
        (Gateway, "gateway"),
        (WebClient, "web client"),
        .. Workers.Select((port, index) => (port, $"worker {index + 1}")),
    ];
}
