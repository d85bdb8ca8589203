using System.Diagnostics;
using System.Runtime.Versioning;

namespace OfflineActions.Dev.Commands;

/// <summary>Packages of Debian and Ubuntu, for machines that exist to run tests (root, no one at the keyboard).</summary>
[SupportedOSPlatform("linux")]
internal static class DebianPackage
{
    private const string Policy = "/usr/sbin/policy-rc.d";

    /// <summary>Whether this is such a machine.</summary>
    public static bool CanBeInstalled =>
        Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version") && File.Exists("/usr/bin/apt-get");

    /// <summary>Installs a package, showing how, without starting the service that comes with it.</summary>
    /// <exception cref="InvalidOperationException">apt-get failed; what it said is on the terminal.</exception>
    public static async Task InstallAsync(string package, CancellationToken cancellationToken)
    {
        Console.WriteLine($"There is no {package} here: installing the distribution's package, without starting its service.");
        var before = Daemons();

        // Asked by every package script before it starts a service; 101 forbids it.
        var forbids = !File.Exists(Policy);
        if (forbids)
        {
            await File.WriteAllTextAsync(Policy, "#!/bin/sh\nexit 101\n", cancellationToken);
            File.SetUnixFileMode(Policy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        try
        {
            await AptGetAsync(cancellationToken, "update");
            await AptGetAsync(cancellationToken, "install", "--yes", "--no-install-recommends", package);
        }
        finally
        {
            if (forbids)
            {
                File.Delete(Policy);
            }
        }

        // Erlang's port mapper may have been started all the same, by a script that only asked for a version.
        foreach (var daemon in Daemons().Except(before))
        {
            using var process = Process.GetProcessById(daemon);
            process.Kill();
        }
    }

    private static HashSet<int> Daemons() => [.. Process.GetProcessesByName("epmd").Select(process => process.Id)];

    private static async Task AptGetAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        Console.WriteLine($"> apt-get {string.Join(' ', arguments)}");
        var options = new ChildProcessOptions
        {
            Name = "apt-get",
            Program = "apt-get",
            Arguments = arguments,
            Environment = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
        };
        if (await ChildProcess.RunAsync(options, cancellationToken) != 0)
        {
            throw new InvalidOperationException($"apt-get {string.Join(' ', arguments)} failed.");
        }
    }
}
