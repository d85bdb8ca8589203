using System.Net;
using System.Net.Sockets;
using OfflineActions.Dev.LocalSystem;

namespace OfflineActions.Tests.Dev;

public sealed class SystemPortsTests
{
    [Test]
    public void Every_port_in_use_is_named_in_one_error_which_says_what_to_do()
    {
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        using var worker = new TcpListener(IPAddress.Loopback, 0);
        gateway.Start();
        worker.Start();
        var ports = SystemPorts.FindFree(2);
        var inUse = ports with { Gateway = PortOf(gateway), Workers = [ports.Workers[0], PortOf(worker)] };

        Assert.That(
            inUse.ThrowIfInUse,
            Throws.InvalidOperationException
                .With.Message.Contains($"{PortOf(gateway)}  gateway")
                .And.Message.Contains($"{PortOf(worker)}  worker 2")
                .And.Message.Contains("--ports auto")
                .And.Message.Not.Contains($"{ports.Workers[0]}"));
    }

    [Test]
    public void Free_ports_are_free_and_distinct()
    {
        var ports = SystemPorts.FindFree(20);

        Assert.That(ports.ThrowIfInUse, Throws.Nothing);
        Assert.That(
            ports.Workers.Append(ports.Gateway).Append(ports.Swapi).Append(ports.SyncGateway).Append(ports.SyncGatewayAdmin),
            Is.Unique);
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
