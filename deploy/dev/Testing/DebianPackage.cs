using System.Diagnostics;
using System.Runtime.Versioning;

namespace OfflineActions.Dev.Testing;

/// <summary>Installs packages of Debian and Ubuntu on test machines, where the user is root.</summary>
[SupportedOSPlatform("linux")]
internal static class DebianPackage
{
    private const string Policy = "/usr/sbin/policy-rc.d";

    /// <summary>Whether packages can be installed here without asking for a password.</summary>
    public static bool CanBeInstalled =>
        Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version") && File.Exists("/usr/bin/apt-get");

    /// <summary>Installs a package without starting the service that comes with it. The output of apt-get is shown.</summary>
    /// <exception cref="InvalidOperationException">apt-get failed; its error is on the terminal.</exception>
    public static Task InstallAsync(string package, CancellationToken cancellationToken) => InstallAsync([package], cancellationToken);

    /// <summary>The same for several packages.</summary>
    public static async Task InstallAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        Console.WriteLine($"Installing the distribution's packages, without starting a service: {string.Join(", ", packages)}");
        var before = FindPortMappers();

        // Package scripts run this file before they start a service; exit code 101 forbids the start.
        var createsPolicy = !File.Exists(Policy);
        if (createsPolicy)
        {
            await File.WriteAllTextAsync(Policy, "#!/bin/sh\nexit 101\n", cancellationToken);
            File.SetUnixFileMode(Policy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        try
        {
            await AptGetAsync(cancellationToken, ["update"]);
            await AptGetAsync(cancellationToken, ["install", "--yes", "--no-install-recommends", .. packages]);
        }
        finally
        {
            if (createsPolicy)
            {
                File.Delete(Policy);
            }
        }

        // A package script that only asks RabbitMQ for its version still starts Erlang's port mapper.
        foreach (var mapper in FindPortMappers().Except(before))
        {
            using var process = Process.GetProcessById(mapper);
            process.Kill();
        }
    }

    private static HashSet<int> FindPortMappers() => [.. Process.GetProcessesByName("epmd").Select(process => process.Id)];

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
