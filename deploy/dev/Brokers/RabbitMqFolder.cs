using System.Text;

namespace OfflineActions.Dev;

/// <summary>The temporary folder of a private RabbitMQ, and how its processes are started on it.</summary>
internal sealed class RabbitMqFolder
{
    private const string Prefix = "offline-actions-rabbitmq-";
    private readonly RabbitMqInstallation installation;
    private readonly string path;
    private readonly int distributionPort = FreePorts.Take();
    private readonly int namesPort = FreePorts.Take();

    private readonly int statistics;

    private RabbitMqFolder(RabbitMqInstallation installation, LocalRabbitMqOptions options)
    {
        this.installation = installation;
        path = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        statistics = (int)options.StatisticsInterval.TotalMilliseconds;
        Port = options.Port ?? FreePorts.Take();
        ManagementPort = options.ManagementPort ?? FreePorts.Take();
        File.WriteAllText(In("enabled_plugins"), "[rabbitmq_management].\n");
        File.WriteAllLines(
            In("rabbitmq.conf"),
            ["management.tcp.ip = 127.0.0.1", $"management.tcp.port = {ManagementPort}", "log.console = false", .. options.Settings]);
    }

    public int Port { get; }

    public int ManagementPort { get; }

    public string LogFile => In("rabbitmq.log");

    public static RabbitMqFolder Create(RabbitMqInstallation installation, LocalRabbitMqOptions options)
    {
        DeleteAbandoned();
        return new RabbitMqFolder(installation, options);
    }

    /// <summary>Erlang's port mapper. One of our own, so that none is left behind and nobody else's is used or stopped.</summary>
    public async Task<ChildProcess> StartNamesAsync(CancellationToken cancellationToken)
    {
        var names = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "epmd",
            Program = "epmd",
            Arguments = ["-address", "127.0.0.1", "-port", $"{namesPort}"],
        });

        // A broker that finds no mapper starts one itself, as a daemon that nobody stops.
        await new Readiness("epmd", names, TimeSpan.FromSeconds(20)).WaitAsync(attempt => Probe.ListensAsync(namesPort, attempt), cancellationToken);
        return names;
    }

    public ChildProcessOptions Broker() => new()
    {
        Name = "RabbitMQ",
        Program = installation.Server,
        WorkingDirectory = path,
        Environment = new Dictionary<string, string?>
        {
            ["HOME"] = path,
            ["RABBITMQ_NODENAME"] = $"rabbit-{Port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
            ["RABBITMQ_MNESIA_BASE"] = In("data"),
            ["RABBITMQ_LOG_BASE"] = path,
            ["RABBITMQ_LOGS"] = LogFile,
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = In("enabled_plugins"),
            ["RABBITMQ_CONFIG_FILE"] = In("rabbitmq.conf"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = In("advanced.config"),

            // A file that does not exist: what the machine's own broker is configured with is not for this one.
            ["RABBITMQ_CONF_ENV_FILE"] = In("rabbitmq-env.conf"),

            // Makes the script become the broker instead of watching over it, so that signals meet the broker itself.
            ["RABBITMQ_ALLOW_INPUT"] = "1",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = string.Join(
                ' ',
                "-noinput -kernel inet_dist_use_interface {127,0,0,1} +S 2:2",
                $"-rabbit collect_statistics_interval {statistics} quorum_tick_interval {statistics}"),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{namesPort}",
        },
    };

    public ChildProcessOptions Control(IReadOnlyList<string> arguments) => Broker() with
    {
        Name = "rabbitmqctl",
        Program = Path.Combine(Path.GetDirectoryName(installation.Server)!, "rabbitmqctl"),
        Arguments = arguments,
    };

    public bool HasStoredName(string queue) => Directory
        .EnumerateFiles(In("data"), "names.dets", SearchOption.AllDirectories)
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(queue)) >= 0);

    public void Delete() => Directory.Delete(path, recursive: true);

    // A killed test run cannot clean up; the next one does it for it.
    private static void DeleteAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (int.TryParse(owner, out var process) && Directory.Exists("/proc/self") && !Directory.Exists($"/proc/{process}"))
            {
                TryDelete(folder);
            }
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or somebody else is deleting it right now.
        }
    }

    private string In(string name) => Path.Combine(path, name);
}
