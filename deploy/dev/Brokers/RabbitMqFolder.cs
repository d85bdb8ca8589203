using System.Text;

namespace OfflineActions.Dev;

/// <summary>The temporary folder of a private RabbitMQ, and the start options of its processes.</summary>
internal sealed class RabbitMqFolder
{
    private const string Prefix = "offline-actions-rabbitmq-";
    private readonly RabbitMqInstallation installation;
    private readonly string path;
    private readonly int distributionPort = FreePorts.Take();
    private readonly int statisticsInterval;

    private RabbitMqFolder(RabbitMqInstallation installation, LocalRabbitMqOptions options)
    {
        this.installation = installation;
        path = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        statisticsInterval = (int)options.StatisticsInterval.TotalMilliseconds;
        PortMapperPort = options.PortMapperPort ?? FreePorts.Take();
        Port = options.Port ?? FreePorts.Take();
        ManagementPort = options.ManagementPort ?? FreePorts.Take();
        var (plugins, prometheus) = options.PrometheusPort is { } port
            ? ("rabbitmq_management,rabbitmq_prometheus", ["prometheus.tcp.ip = 127.0.0.1", $"prometheus.tcp.port = {port}"])
            : ("rabbitmq_management", Array.Empty<string>());
        if (options.Cookie is { } cookie)
        {
            WriteCookie(cookie);
        }

        File.Copy(Path.Combine(Repository.Root, "deploy", "rabbitmq", "advanced.config"), GetPath("advanced.config"));
        File.WriteAllText(GetPath("enabled_plugins"), $"[{plugins}].\n");
        string[] own = ["log.console = false", .. prometheus, .. options.Settings];
        if (options.ConfigurationFile is { } given)
        {
            File.Copy(given, GetPath("rabbitmq.conf"));
        }
        else
        {
            own = ["management.tcp.ip = 127.0.0.1", $"management.tcp.port = {ManagementPort}", .. own];
            File.WriteAllText(GetPath("rabbitmq.conf"), "");
        }

        // The broker reads these files after rabbitmq.conf.
        Directory.CreateDirectory(GetPath("conf.d"));
        File.WriteAllLines(GetPath("conf.d/own.conf"), own);
    }

    public int Port { get; }

    public int ManagementPort { get; }

    public int PortMapperPort { get; }

    public string NodeName => NameOf(Port);

    public string LogFile => GetPath("rabbitmq.log");

    public static string NameOf(int port) => $"rabbit-{port}@localhost";

    public static RabbitMqFolder Create(RabbitMqInstallation installation, LocalRabbitMqOptions options)
    {
        DeleteAbandoned();
        return new RabbitMqFolder(installation, options);
    }

    /// <summary>Starts a private Erlang port mapper (epmd), so that no shared one is used, stopped or left running.</summary>
    public async Task<ChildProcess> StartPortMapperAsync(CancellationToken cancellationToken)
    {
        var portMapper = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "epmd",
            Program = "epmd",
            Arguments = ["-address", "127.0.0.1", "-port", $"{PortMapperPort}"],
        });

        // A broker that finds no port mapper starts one as a daemon, which would keep running.
        var ready = new Readiness("epmd", portMapper, TimeSpan.FromSeconds(20));
        await ready.WaitAsync(attempt => BrokerProbe.ListensAsync(PortMapperPort, attempt), cancellationToken);
        return portMapper;
    }

    public ChildProcessOptions CreateBrokerOptions() => new()
    {
        Name = "RabbitMQ",
        Program = installation.Server,
        WorkingDirectory = path,
        Environment = new Dictionary<string, string?>
        {
            ["HOME"] = path,
            ["RABBITMQ_NODENAME"] = NodeName,
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
            ["RABBITMQ_MNESIA_BASE"] = GetPath("data"),
            ["RABBITMQ_LOG_BASE"] = path,
            ["RABBITMQ_LOGS"] = LogFile,
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = GetPath("enabled_plugins"),
            ["RABBITMQ_CONFIG_FILE"] = GetPath("rabbitmq.conf"),
            ["RABBITMQ_CONFIG_FILES"] = GetPath("conf.d"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = GetPath("advanced.config"),

            // This file does not exist: the configuration of the machine's own broker must not apply.
            ["RABBITMQ_CONF_ENV_FILE"] = GetPath("rabbitmq-env.conf"),

            // The script then replaces itself with the broker, so that signals reach the broker.
            ["RABBITMQ_ALLOW_INPUT"] = "1",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = string.Join(
                ' ',
                "-noinput -kernel inet_dist_use_interface {127,0,0,1} +S 2:2",
                $"-rabbit collect_statistics_interval {statisticsInterval} quorum_tick_interval {statisticsInterval}"),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = $"{PortMapperPort}",
        },
    };

    public ChildProcessOptions CreateControlOptions(IReadOnlyList<string> arguments) => CreateBrokerOptions() with
    {
        Name = "rabbitmqctl",
        Program = Path.Combine(Path.GetDirectoryName(installation.Server)!, "rabbitmqctl"),
        Arguments = arguments,
    };

    public bool HasStoredName(string queue) => Directory
        .EnumerateFiles(GetPath("data"), "names.dets", SearchOption.AllDirectories)
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(queue)) >= 0);

    public void Delete() => Directory.Delete(path, recursive: true);

    // A killed test run leaves its folder behind; the next run deletes it.
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
            // The folder belongs to another user, or another process is deleting it.
        }
    }

    // Erlang refuses a cookie file that other users may read.
    private void WriteCookie(string cookie)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.WriteAllText(GetPath(".erlang.cookie"), cookie);
            File.SetUnixFileMode(GetPath(".erlang.cookie"), UnixFileMode.UserRead);
        }
    }

    private string GetPath(string name) => Path.Combine(path, name);
}
