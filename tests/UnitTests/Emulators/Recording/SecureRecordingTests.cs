using System.Net.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Emulators;
using OfflineActions.Emulators.Recording;
using OfflineActions.Emulators.Replay;
using OfflineActions.Tests.Tls;

namespace OfflineActions.Tests.Emulators.Recording;

/// <summary>A Sync Gateway behind TLS, with a certificate of a private authority.</summary>
public sealed class SecureRecordingTests
{
    private const string Hint = "; --ca FILE names the authority that signed it";

    [Test]
    public async Task A_Sync_Gateway_behind_TLS_is_recorded_and_compared()
    {
        using var certificates = new TestCertificates();
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        await using var open = new TlsFront(gateway.PublicUrl, certificates.Issue("server", ["localhost"]));
        await using var admin = new TlsFront(gateway.AdminUrl, certificates.Issue("other", ["localhost"]));
        string[] against = ["--against", $"{open.Url}", "--against-admin", $"{admin.Url}", "--ca", certificates.CaFile];

        await using var recorded = await Recorded.StartAsync(null, against);
        await recorded.Public.PutAsJsonAsync("db/a", new { x = 1 });
        await recorded.Admin.GetAsync("db/_user/");
        await recorded.StopAsync();
        await gateway.RestartAsync();

        using var output = new StringWriter { NewLine = "\n" };
        var line = CommandLine.Parse(["--replay", recorded.Path, .. against]);
        var code = await ReplayProcess.RunAsync(recorded.Path, line.ReplayOptions, output, output);

        Assert.That((code, output.ToString()), Is.EqualTo((0, "2 of 2 the same\n")), recorded.Text);
        Assert.That(RecordingFile.Read(recorded.Path).Select(one => (one.Port, one.Answer!.Status)), Is.EqualTo(new[] { ("public", 201), ("admin", 200) }));
        Assert.That(recorded.Text, Does.Contain($"\"{open.Url}\""));
    }

    [TestCase("localhost", false, "UntrustedRoot|PartialChain", Hint)]
    [TestCase("elsewhere", true, "RemoteCertificateNameMismatch", "")]
    public async Task A_certificate_that_is_not_trusted_is_named_at_the_start(string host, bool trusts, string problem, string hint)
    {
        using var certificates = new TestCertificates();
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        await using var open = new TlsFront(gateway.PublicUrl, certificates.Issue("server", [host]));
        await using var recorded = await Recorded.StartAsync();
        await recorded.Public.GetAsync("db/");
        await recorded.StopAsync();
        var file = recorded.Path + ".new";
        string[] against = ["--against", $"{open.Url}", "--against-admin", $"{open.Url}", .. trusts ? new[] { "--ca", certificates.CaFile } : []];

        var line = CommandLine.Parse(["--record", file, .. against]);
        var error = Assert.ThrowsAsync<IOException>(
            () => RecordedGateway.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null }, line, NullLoggerFactory.Instance));
        using var output = new StringWriter { NewLine = "\n" };
        var code = await ReplayProcess.RunAsync(recorded.Path, CommandLine.Parse(["--replay", recorded.Path, .. against]).ReplayOptions, output, output);

        var expected = $"^{open.Url} has a certificate that is not trusted: [^\n]*({problem})[^\n]*{hint}\\.";
        Assert.That(error!.Message, Does.Match(expected + "\\z"));
        Assert.That(File.Exists(file), Is.False);
        Assert.That((code, output.ToString()), Is.EqualTo((69, error.Message + "\n")));
    }

    [Test]
    public async Task A_Sync_Gateway_that_is_not_there_yet_can_be_recorded_later()
    {
        await using var recorded = await Recorded.StartAsync(null, "--against", "https://localhost:1", "--against-admin", "https://localhost:1");

        Assert.ThrowsAsync<HttpRequestException>(() => recorded.Public.GetAsync("db/"));
    }

    [TestCase("no.pem", "")]
    [TestCase("empty.pem", "no certificate\n")]
    [TestCase("broken.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")]
    public void A_file_without_a_certificate_is_a_wrong_argument(string name, string content)
    {
        using var certificates = new TestCertificates();
        var file = Path.Combine(certificates.Folder, name);
        if (content.Length > 0)
        {
            File.WriteAllText(file, content);
        }

        var line = CommandLine.Parse(["--record", "a", "--against", "https://x", "--ca", file]);

        Assert.That(line.Errors, Is.EqualTo(new[] { $"--ca: '{file}' is not a file with a certificate (PEM)" }));
    }
}
