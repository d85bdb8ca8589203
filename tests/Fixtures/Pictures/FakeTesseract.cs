using System.Diagnostics;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.Pictures;

/// <summary>A shell script in place of Tesseract.</summary>
internal sealed class FakeTesseract : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    /// <param name="script">What it does with a picture. $FOLDER is a folder of the test.</param>
    /// <param name="pipes">Named pipes in that folder. The script may write no file.</param>
    public FakeTesseract(string script, params string[] pipes)
        : this("echo 'tesseract 5.9.9'", script, pipes)
    {
    }

    private FakeTesseract(string version, string script, string[] pipes)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("A shell script.");
        }
        else
        {
            File.WriteAllText(Program, $"""
                #!/bin/sh
                FOLDER='{folder.FullName}'
                case "$1" in
                --version) {version}; exit 0;;
                --list-langs) printf 'List of available languages (1):\neng\n'; exit 0;;
                esac
                {script}

                """);
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var pipe in pipes)
            {
                using var mkfifo = Process.Start("mkfifo", [Path.Combine(folder.FullName, pipe)]);
                mkfifo.WaitForExit();
            }
        }
    }

    /// <summary>One that does this when it is asked for its version.</summary>
    public static FakeTesseract OfVersion(string script) => new(script, "", []);

    public string Program => Path.Combine(folder.FullName, "tesseract");

    /// <summary>An engine that runs it.</summary>
    public TesseractEngine Create(TimeSpan? timeout = null) => Engine.Create(new ImageTextOptions
    {
        Tesseract = Program,
        Timeout = timeout ?? TimeSpan.FromSeconds(20),
    });

    /// <summary>What the script writes to a pipe.</summary>
    public async Task<string> ReadAsync(string pipe) =>
        (await Task.Run(() => File.ReadAllText(Path.Combine(folder.FullName, pipe))).WaitAsync(TimeSpan.FromSeconds(30))).Trim();

    /// <summary>Whether a process runs: not one that has ended, and that nobody has asked for its exit code.</summary>
    public static bool IsRunning(string id)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-o", "stat=", "-p", id]) { RedirectStandardOutput = true })!;
        return ps.StandardOutput.ReadToEnd().Trim() is { Length: > 0 } state && !state.StartsWith('Z');
    }

    public void Dispose() => folder.Delete(recursive: true);
}
