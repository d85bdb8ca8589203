using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Emulators;
using OfflineActions.Emulators.Recording;
using OfflineActions.Emulators.Replay;

namespace OfflineActions.Tests.Emulators.Recording;

/// <summary>A recording made in a test: an emulator behind ports that record, and the file.</summary>
internal sealed class Recorded : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly RecordedGateway gateway;

    private Recorded(DirectoryInfo folder, RecordedGateway gateway)
    {
        this.folder = folder;
        this.gateway = gateway;
        Public = new() { BaseAddress = UrlOf("public") };
        Admin = new() { BaseAddress = UrlOf("admin") };
    }

    public HttpClient Public { get; }

    public HttpClient Admin { get; }

    public string Path => System.IO.Path.Combine(folder.FullName, "recording.jsonl");

    public string Text => File.ReadAllText(Path);

    public static async Task<Recorded> StartAsync(SyncGatewayEmulatorOptions? options = null, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("recording-");
        var line = CommandLine.Parse(["--record", System.IO.Path.Combine(folder.FullName, "recording.jsonl"), .. arguments]);
        Assert.That(line.Errors, Is.Empty);
        options = (options ?? new()) with { PublicPort = 0, AdminPort = 0, ControlPort = null };
        return new(folder, await RecordedGateway.StartAsync(options, line, NullLoggerFactory.Instance));
    }

    public Uri UrlOf(string port) => gateway.Ports.Single(one => one.Name.EndsWith(port, StringComparison.Ordinal)).Url!;

    /// <summary>Stops the recording.</summary>
    public ValueTask StopAsync() => gateway.DisposeAsync();

    /// <returns>The exit code and what was printed.</returns>
    public async Task<(int Code, string Output)> ReplayAsync(SyncGatewayEmulator against, params string[] arguments)
    {
        var line = CommandLine.Parse(
            ["--replay", Path, "--against", $"{against.PublicUrl}", "--against-admin", $"{against.AdminUrl}", .. arguments]);
        Assert.That(line.Errors, Is.Empty);
        using var output = new StringWriter { NewLine = "\n" };
        return (await ReplayProcess.RunAsync(line.Replay!, line.ReplayOptions, output, output), output.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        Public.Dispose();
        Admin.Dispose();
        await gateway.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
