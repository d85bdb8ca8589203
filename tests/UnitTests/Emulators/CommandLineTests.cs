using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

public sealed class CommandLineTests
{
    [TestCase("--port=4984", "--port is not known")]
    [TestCase("file.json", "file.json is not known")]
    [TestCase("--config", "--config needs a value: FILE")]
    [TestCase("--version=1", "--version takes no value")]
    [TestCase("--config a --config b", "--config may be given only once")]
    [TestCase("--record a --replay b --against http://x", "--record and --replay exclude each other")]
    [TestCase("--replay a", "--replay needs --against URL: the Sync Gateway to compare with the recording")]
    [TestCase("--replay a --against x:4984", "--against: 'x:4984' is not an address like http://127.0.0.1:4984")]
    [TestCase("--replay a --against http://x/db", "--against: 'http://x/db' is not an address like http://127.0.0.1:4984")]
    [TestCase("--replay a --against http://x --user ann", "--user: 'ann' is not NAME:PASSWORD")]
    [TestCase("--replay a --against http://x --ignore all", "--ignore: 'all' is none of sequences, revisions, header:NAME, member:NAME")]
    [TestCase("--replay a --against http://x --patience soon", "--patience: 'soon' is not a number of seconds from 0 to 86400")]
    [TestCase(
        "--replay a --against http://x --public-port 1", "--public-port has no effect here: it is for what listens, not for --replay")]
    [TestCase(
        "--record a --against http://x --config b", "--config has no effect here: it is for the emulator, not for --replay and --against")]
    [TestCase("--record a --ignore sequences", "--ignore has no effect here: it is for --replay")]
    [TestCase("--against http://x", "--against has no effect here: it is for --record and --replay")]
    public void A_wrong_argument_is_named(string arguments, string error) =>
        Assert.That(CommandLine.Parse(arguments.Split(' ')).Errors, Is.EqualTo(new[] { error }));

    [Test]
    public void Short_options_stand_for_settings()
    {
        var line = CommandLine.Parse(
        [
            "--config=a.json", "--address", "0.0.0.0", "--public-port", "0", "--control-port=none",
            "--database", "one", "--database", "two",
            "--webhook=http://x/?a=b", "--Emulators:SyncGateway:Guest=false",
        ]);

        Assert.That(line.Errors, Is.Empty);
        Assert.That(line.Settings, Is.EqualTo(new[]
        {
            "--Emulators:SyncGateway:ConfigurationFile=a.json", "--Emulators:SyncGateway:Address=0.0.0.0",
            "--Emulators:SyncGateway:PublicPort=0", "--Emulators:SyncGateway:ControlPort=",
            "--Emulators:SyncGateway:Databases:0=one", "--Emulators:SyncGateway:Databases:1=two",
            "--Emulators:SyncGateway:Webhooks:0:Url=http://x/?a=b", "--Emulators:SyncGateway:Guest=false",
        }));
        Assert.That(SyncGatewayProcess.ReadSettings([.. line.Settings[1..]]).Errors, Is.Empty);
    }

    [Test]
    public void The_admin_port_is_the_one_after_the_public_port_unless_it_is_given()
    {
        Assert.That(CommandLine.Parse(["--record=a", "--against=https://x:4984"]).AgainstAdmin, Is.EqualTo(new Uri("https://x:4985")));
        Assert.That(
            CommandLine.Parse(["--record=a", "--against=http://x", "--against-admin=http://y:1"]).AgainstAdmin,
            Is.EqualTo(new Uri("http://y:1")));
    }

    [Test]
    public void The_help_lists_every_option() => Assert.That(
        CommandLineOption.All.Select(option => option.Names[0]).Where(name => !CommandLineOption.Help.Contains($"\n  {name} ")), Is.Empty);
}
