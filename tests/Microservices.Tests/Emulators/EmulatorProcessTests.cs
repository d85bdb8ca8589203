using System.Net;
using System.Net.Sockets;
using Emulators;

namespace Microservices.Tests.Emulators;

/// <summary>The emulators as a process.</summary>
public sealed class EmulatorProcessTests
{
    [Test]
    public async Task A_taken_port_ends_the_process_with_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Assert.That(await EmulatorProcess.Run([.. SyncGatewayOff, $"--Emulators:Swapi:Port={port}"]), Is.EqualTo(1));
    }

    [TestCase("--Emulators:Swapi:Port=70000")]
    [TestCase("--Emulators:Swapi:Port=here")]
    [TestCase("--Emulators:Swapi:Address=nowhere")]
    public async Task A_setting_that_makes_no_sense_ends_the_process_with_code_1(string setting) =>
        Assert.That(await EmulatorProcess.Run([.. SyncGatewayOff, "--Emulators:Swapi:Port=0", setting]), Is.EqualTo(1));

    [Test]
    public async Task Two_gateways_cannot_have_one_port()
    {
        await using var first = await Emulated.Start();

        Assert.ThrowsAsync<IOException>(() => SyncGatewayEmulator.StartAsync(new() { PublicPort = first.Gateway.PublicUrl.Port, AdminPort = 0, ControlPort = null }));
    }

    private static readonly string[] SyncGatewayOff = ["--Emulators:SyncGateway:Enabled=false", "--Emulators:Swapi:ControlPort=0"];
}
