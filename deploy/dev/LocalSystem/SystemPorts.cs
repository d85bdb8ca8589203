namespace OfflineActions.Dev.LocalSystem;

/// <summary>The ports on 127.0.0.1 where the parts of the system listen.</summary>
/// <param name="SyncGateway">The public port of the emulated Sync Gateway.</param>
/// <param name="SyncGatewayAdmin">The admin port of the emulated Sync Gateway.</param>
/// <param name="SyncGatewayControl">The port that switches the faults of the emulated Sync Gateway.</param>
/// <param name="Swapi">The port of the emulated SWAPI.</param>
/// <param name="SwapiControl">The port that switches the faults of the emulated SWAPI.</param>
/// <param name="Gateway">The gateway's port.</param>
/// <param name="WebClient">The web client's port.</param>
/// <param name="Operator">The port of the operator page.</param>
/// <param name="Workers">One port for each worker.</param>
public sealed record SystemPorts(
    int SyncGateway,
    int SyncGatewayAdmin,
    int SyncGatewayControl,
    int Swapi,
    int SwapiControl,
    int Gateway,
    int WebClient,
    int Operator,
    IReadOnlyList<int> Workers)
{
    /// <summary>The documented ports. Workers take the unused ports from 8082 on.</summary>
    public static SystemPorts Fixed(int workers) =>
        new(4984, 4985, 4987, 8090, 8091, 8080, 3000, 8081,
            [.. Enumerable.Range(8082, workers + 2).Where(port => port is not (8090 or 8091)).Take(workers)]);

    /// <summary>Ports that are free now.</summary>
    public static SystemPorts FindFree(int workers)
    {
        var ports = Enumerable.Range(0, workers + 8).Select(_ => FreePorts.Take()).ToArray();
        return new(ports[0], ports[1], ports[2], ports[3], ports[4], ports[5], ports[6], ports[7], ports[8..]);
    }

    /// <summary>Throws when another program listens on any of the ports.</summary>
    /// <exception cref="InvalidOperationException">Names every port in use, and what to do.</exception>
    public void ThrowIfInUse()
    {
        var inUse = GetUses().Where(port => !FreePorts.IsFree(port.Port)).Select(port => $"  {port.Port}  {port.Use}").ToList();
        if (inUse.Count > 0)
        {
            throw new InvalidOperationException(
                $"Not started, these ports are in use:\n{string.Join('\n', inUse)}\n"
                + "Stop the other programs, or use free ports: --ports auto");
        }
    }

    private IEnumerable<(int Port, string Use)> GetUses() =>
    [
        (SyncGateway, "Sync Gateway, public"),
        (SyncGatewayAdmin, "Sync Gateway, admin"),
        (SyncGatewayControl, "Sync Gateway emulator, control"),
        (Swapi, "SWAPI"),
        (SwapiControl, "SWAPI emulator, control"),
        (Gateway, "gateway"),
        (WebClient, "web client"),
        (Operator, "operator page"),
        .. Workers.Select((port, index) => (port, $"worker {index + 1}")),
    ];
}
