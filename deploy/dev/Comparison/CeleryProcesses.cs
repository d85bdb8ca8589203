using OfflineActions.Dev.LocalSystem;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Dev.Comparison;

/// <summary>The processes of <c>tests/celery-baseline</c>.</summary>
/// <param name="services">The addresses of the emulators, and the webhook's password.</param>
/// <param name="ports">Where to listen.</param>
/// <param name="broker">The address of the broker.</param>
internal sealed class CeleryProcesses(SystemServices services, SystemPorts ports, Uri broker)
{
    /// <summary>Debian's Python, which sees Debian's packages.</summary>
    private const string Python = "/usr/bin/python3";

    /// <summary>The processes of gunicorn, which have eight threads each.</summary>
    private const int WebProcesses = 2;

    private static readonly string[] Packages =
        ["python3-celery", "python3-flask", "gunicorn", "python3-gevent", "python3-requests"];

    /// <summary>Installs Debian's packages where they are missing and that is possible.</summary>
    /// <exception cref="InvalidOperationException">They are missing; the message says how to get them.</exception>
    public static async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (await HasPackagesAsync())
        {
            return;
        }

        if (!OperatingSystem.IsLinux() || !DebianPackage.CanBeInstalled)
        {
            throw new InvalidOperationException(
                $"The comparison needs Celery. On Debian and Ubuntu: sudo apt-get install {string.Join(' ', Packages)}");
        }

        await DebianPackage.InstallAsync(Packages, cancellationToken);
    }

    /// <summary>Starts Flask under gunicorn.</summary>
    public ChildProcess StartWeb(CelerySettings settings, bool cache) => Start(
        "flask",
        settings,
        cache,
        ["-m", "gunicorn", "--workers", $"{WebProcesses}", "--threads", "8", "--keep-alive", "60", "--bind", $"127.0.0.1:{ports.Gateway}", "baseline:web"]);

    /// <summary>Starts one Celery worker.</summary>
    public ChildProcess StartWorker(int number, CelerySettings settings, bool cache) => Start(
        $"celery {number}",
        settings,
        cache,
        [
            "-m", "celery", "--app", "baseline:celery", "worker", "--pool", settings.Pool, "--concurrency", $"{settings.Concurrency}",
            "--hostname", $"worker{number}@bench", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat", "-O", "fair",
        ]);

    private static async Task<bool> HasPackagesAsync()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        await using var asking = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "python",
            Program = Python,
            Arguments = ["-c", "import celery, flask, gevent, gunicorn, requests"],
        });
        return await asking.Exited == 0;
    }

    private ChildProcess Start(string name, CelerySettings settings, bool cache, IReadOnlyList<string> arguments) => ChildProcess.Start(new ChildProcessOptions
    {
        Name = name,
        Program = Python,
        Arguments = arguments,
        WorkingDirectory = Path.Combine(Repository.Root, "tests", "celery-baseline"),
        EndsWithDescendants = true,
        Environment = new Dictionary<string, string?>
        {
            ["BROKER"] = broker.AbsoluteUri,
            ["SYNC_GATEWAY"] = services.SyncGateway,
            ["SWAPI"] = services.Swapi,
            ["WEBHOOK_USER"] = SystemServices.WebhookUser,
            ["WEBHOOK_PASSWORD"] = services.WebhookPassword,
            ["SAFE"] = settings.IsSafe ? "yes" : "no",
            ["CACHE"] = cache ? "yes" : "no",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        },
    });
}
