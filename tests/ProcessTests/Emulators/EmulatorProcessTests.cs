using System.Net;
using System.Net.Sockets;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>The emulators as a process.</summary>
public sealed class EmulatorProcessTests
{
    [Test]
    public async Task A_taken_port_ends_the_process_with_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Assert.That(await EmulatorProcess.RunAsync([.. SyncGatewayOff, $"--Emulators:Swapi:Port={port}"]), Is.EqualTo(1));
    }

    [TestCase("--Emulators:Swapi:Port=70000", "Emulators:Swapi:Port: ")]
    [TestCase("--Emulators:Swapi:Port=here", "'here' at 'Emulators:Swapi:Port'")]
    [TestCase("--Emulators:Swapi:Address=nowhere", "Emulators:Swapi:Address is 'nowhere'")]
    [TestCase("--Emulators:Swapi:Prt=8090", "Emulators:Swapi:Prt is not known")]
    [TestCase("--Emulators:SyncGatway:PublicPort=4984", "Emulators:SyncGatway is not known")]
    [TestCase("--port=4984", "port is not known")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Filter=x", "Emulators:SyncGateway:Webhooks:0:Url: ")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Url=gateway", "Emulators:SyncGateway:Webhooks:0:Url is no address")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Uri=http://gateway", "Emulators:SyncGateway:Webhooks:0:Uri is not known")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Timeout=soon", "Emulators:SyncGateway:Webhooks:0:Timeout")]
    [TestCase("--config=/nowhere/at.all", "Emulators:SyncGateway:ConfigurationFile: ")]
    public async Task A_setting_that_makes_no_sense_is_named_and_ends_the_process_with_code_78(string setting, string mistake)
    {
        string[] arguments = [.. SyncGatewayOff, "--Emulators:Swapi:Port=0", setting];

        Assert.That(EmulatorSettings.Of(arguments).Mistakes, Has.Some.Contains(mistake));
        Assert.That(await EmulatorProcess.RunAsync(arguments), Is.EqualTo(78));
    }

    [Test]
    public async Task A_sync_function_that_is_none_ends_the_process_with_code_78() =>
        Assert.That(
            await EmulatorProcess.RunAsync(
            [
                "--Emulators:Swapi:Enabled=false", "--Emulators:SyncGateway:PublicPort=0", "--Emulators:SyncGateway:AdminPort=0",
                "--Emulators:SyncGateway:ControlPort=0", "--Emulators:SyncGateway:SyncFunction=function (",
            ]),
            Is.EqualTo(78));

    [Test]
    public void Every_setting_that_is_right_is_read()
    {
        var settings = EmulatorSettings.Of(
        [
            "--Emulators:SyncGateway:Webhooks:0:Url=http://127.0.0.1:1/hook", "--Emulators:SyncGateway:Webhooks:0:Timeout=5",
            "--Emulators:SyncGateway:Databases:0=one", "--Emulators:SyncGateway:Users:ann=secret", "--Emulators:SyncGateway:MetricsPort=4986",
            "--Emulators:SyncGateway:ControlPort=", "--Emulators:Swapi:PlainList=true",
        ]);

        Assert.That(settings.Mistakes, Is.Empty);
        Assert.That(settings.SyncGateway.Webhooks.Single().Timeout, Is.EqualTo(5));
        Assert.That((settings.SyncGateway.Databases[0], settings.SyncGateway.Users["ann"]), Is.EqualTo(("one", "secret")));
        Assert.That((settings.SyncGateway.MetricsPort, settings.SyncGateway.ControlPort, settings.Swapi.PlainList), Is.EqualTo((4986, (int?)null, true)));
    }

    [Test]
    public async Task Two_gateways_cannot_have_one_port()
    {
        await using var first = await Emulated.StartAsync();

        Assert.ThrowsAsync<IOException>(() => SyncGatewayEmulator.StartAsync(new() { PublicPort = first.Gateway.PublicUrl.Port, AdminPort = 0, ControlPort = null }));
    }

    private static readonly string[] SyncGatewayOff = ["--Emulators:SyncGateway:Enabled=false", "--Emulators:Swapi:ControlPort=0"];
}
