using System.CommandLine;

namespace OfflineActions.DevHost;

/// <summary>The command line.</summary>
/// <param name="Ports">Where everything listens.</param>
/// <param name="IsOnce">Whether to send one request through the system and stop.</param>
/// <param name="ExitCode">The exit code when nothing starts: help was printed, or an error; null otherwise.</param>
internal sealed record DevHostOptions(DevPorts Ports, bool IsOnce, int? ExitCode)
{
    private static readonly Option<string> PortChoice = new("--ports")
    {
        Description = "'fixed' for the documented ports, 'auto' for free ones.",
        DefaultValueFactory = _ => "fixed",
    };

    private static readonly Option<int> SyncGateway = Port("--sync-gateway-port", 4984, "Sync Gateway's public port.");
    private static readonly Option<int> SyncGatewayAdmin = Port("--sync-gateway-admin-port", 4985, "Sync Gateway's admin port.");
    private static readonly Option<int> Gateway = Port("--gateway-port", 8080, "The gateway's port, for webhooks and health checks.");
    private static readonly Option<int> Swapi = Port("--swapi-port", 8090, "SWAPI's port.");
    private static readonly Option<int> WebClient = Port("--web-client-port", 3000, "The web client's port.");
    private static readonly Option<int> Operator = Port("--operator-port", 8081, "The operator page's port.");
    private static readonly Option<bool> Once = new("--once")
    {
        Description = "Send one request, print the document before and after, and stop. Exit code 0 on success, else 1.",
    };

    /// <summary>Parses the command line; prints help or errors.</summary>
    public static DevHostOptions Parse(string[] args)
    {
        var command = new RootCommand(
            "Offline Actions in one process: gateway, worker, web client and operator page with an in-memory bus and emulated Sync Gateway and SWAPI.")
        {
            Once, PortChoice, SyncGateway, SyncGatewayAdmin, Gateway, Swapi, WebClient, Operator,
        };
        PortChoice.AcceptOnlyFromAmong("fixed", "auto");

        DevHostOptions? options = null;
        command.SetAction(line =>
        {
            var ports = line.GetValue(PortChoice) is "auto"
                ? DevPorts.Automatic
                : new DevPorts(
                    line.GetValue(SyncGateway),
                    line.GetValue(SyncGatewayAdmin),
                    line.GetValue(Gateway),
                    line.GetValue(Swapi),
                    line.GetValue(WebClient),
                    line.GetValue(Operator));
            if (ports.DescribePortsInUse() is { } message)
            {
                Console.Error.WriteLine(message);
                return 1;
            }

            options = new DevHostOptions(ports, line.GetValue(Once), null);
            return 0;
        });

        var exitCode = command.Parse(args).Invoke();
        return options ?? new DevHostOptions(DevPorts.Automatic, IsOnce: false, exitCode);
    }

    private static Option<int> Port(string name, int number, string description)
    {
        var port = new Option<int>(name) { Description = description, DefaultValueFactory = _ => number };
        port.Validators.Add(value =>
        {
            if (value.Tokens is [var token] && int.TryParse(token.Value, out var given) && given is < 0 or > 65_535)
            {
                value.AddError($"{name} must be a port from 0 (any free port) to 65535.");
            }
        });
        return port;
    }
}
