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

        Assert.That(await SwapiProcess.RunAsync([$"--Emulators:Swapi:Port={port}", "--Emulators:Swapi:ControlPort=0"]), Is.EqualTo(1));
    }

    [TestCase("--Emulators:Swapi:Port=70000", "Emulators:Swapi:Port: ")]
    [TestCase("--Emulators:Swapi:Port=here", "'here' at 'Emulators:Swapi:Port'")]
    [TestCase("--Emulators:Swapi:Address=nowhere", "Emulators:Swapi:Address: 'nowhere' is not an IP address.")]
    [TestCase("--Emulators:Swapi:Prt=8090", "Emulators:Swapi:Prt is not known")]
    [TestCase("--Emulators:Swappi:Port=8090", "Emulators:Swappi is not known: use Emulators:Swapi, or remove it.")]
    [TestCase("--Emulators:SyncGateway:PublicPort=4984", "Emulators:SyncGateway is not known: use Emulators:Swapi, or remove it.")]
    [TestCase("--port=4984", "port is not known: write --Emulators:Swapi:…, or remove it.")]
    public async Task Swapi_reports_an_invalid_setting_and_exits_with_78(string setting, string error)
    {
        string[] arguments = ["--Emulators:Swapi:ControlPort=0", setting];

        Assert.That(SwapiProcess.ReadSettings(arguments).Errors, Has.Some.Contains(error));
        Assert.That(await SwapiProcess.RunAsync(arguments), Is.EqualTo(78));
    }

    [TestCase("--Emulators:SyncGatway:PublicPort=4984", "Emulators:SyncGatway is not known")]
    [TestCase("--Emulators:SyncGateway:AdminAddress=nowhere", "Emulators:SyncGateway:AdminAddress: 'nowhere' is not an IP address.")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Filter=x", "Emulators:SyncGateway:Webhooks:0:Url: ")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Url=gateway", "Emulators:SyncGateway:Webhooks:0:Url: not an absolute URL")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Uri=http://gateway", "Emulators:SyncGateway:Webhooks:0:Uri is not known")]
    [TestCase("--Emulators:SyncGateway:Webhooks:0:Timeout=soon", "Emulators:SyncGateway:Webhooks:0:Timeout")]
    [TestCase("--config=/nowhere/at.all", "Emulators:SyncGateway:ConfigurationFile: ")]
    public async Task Sync_Gateway_reports_an_invalid_setting_and_exits_with_78(string setting, string error)
    {
        string[] arguments = [.. FreePorts, setting];

        Assert.That(SyncGatewayProcess.ReadSettings(arguments).Errors, Has.Some.Contains(error));
        Assert.That(await SyncGatewayProcess.RunAsync(arguments), Is.EqualTo(78));
    }

    [TestCase("--port=4984")]
    [TestCase("--replay", "recording.jsonl")]
    public async Task Wrong_arguments_end_the_process_with_code_64(params string[] arguments) =>
        Assert.That(await SyncGatewayProcess.RunAsync(arguments), Is.EqualTo(64));

    [Test]
    public async Task An_invalid_sync_function_ends_the_process_with_code_78() =>
        Assert.That(
            await SyncGatewayProcess.RunAsync([.. FreePorts, "--Emulators:SyncGateway:SyncFunction=function ("]),
            Is.EqualTo(78));

    [Test]
    public void Valid_settings_are_read()
    {
        var gateway = SyncGatewayProcess.ReadSettings(
        [
            "--Emulators:SyncGateway:Webhooks:0:Url=http://127.0.0.1:1/hook", "--Emulators:SyncGateway:Webhooks:0:Timeout=5",
            "--Emulators:SyncGateway:Databases:0=one", "--Emulators:SyncGateway:Users:ann=secret", "--Emulators:SyncGateway:MetricsPort=4986",
            "--Emulators:SyncGateway:ControlPort=",
        ]);
        var swapi = SwapiProcess.ReadSettings(["--Emulators:Swapi:PlainList=true"]);

        Assert.That(gateway.Errors.Concat(swapi.Errors), Is.Empty);
        Assert.That(gateway.Options.Webhooks.Single().Timeout, Is.EqualTo(5));
        Assert.That((gateway.Options.Databases[0], gateway.Options.Users["ann"]), Is.EqualTo(("one", "secret")));
        Assert.That((gateway.Options.MetricsPort, gateway.Options.ControlPort, swapi.Options.PlainList), Is.EqualTo((4986, (int?)null, true)));
    }

    [Test]
    public async Task Two_emulators_cannot_share_a_port()
    {
        await using var first = await Emulated.StartAsync();

        Assert.ThrowsAsync<IOException>(() => SyncGatewayEmulator.StartAsync(new() { PublicPort = first.Gateway.PublicUrl.Port, AdminPort = 0, ControlPort = null }));
    }

    private static readonly string[] FreePorts =
        ["--Emulators:SyncGateway:PublicPort=0", "--Emulators:SyncGateway:AdminPort=0", "--Emulators:SyncGateway:ControlPort=0"];
}
