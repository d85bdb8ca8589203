using System.CommandLine;

namespace OfflineActions.DevHost;

/// <summary>What the command line asks for.</summary>
/// <param name="Ports">Where everything listens.</param>
/// <param name="Once">Send one request through and stop.</param>
/// <param name="Answer">The exit code when nothing is to be started: help was asked for, or something is wrong and has been said.</param>
internal sealed record DevHostOptions(DevPorts Ports, bool Once, int? Answer)
{
    private static readonly Option<string> PortChoice = new("--ports")
    {
        Description = "'fixed' for the ports the documentation uses, 'auto' for free ones.",
        DefaultValueFactory = _ => "fixed",
    };

    private static readonly Option<int> SyncGateway = Port("--sync-gateway-port", 4984, "Sync Gateway's public port.");
    private static readonly Option<int> SyncGatewayAdmin = Port("--sync-gateway-admin-port", 4985, "Sync Gateway's admin port.");
    private static readonly Option<int> Gateway = Port("--gateway-port", 8080, "The gateway's port: webhooks and health.");
    private static readonly Option<int> Swapi = Port("--swapi-port", 8090, "SWAPI's port.");
    private static readonly Option<int> WebClient = Port("--web-client-port", 3000, "The port of the page.");
    private static readonly Option<bool> OnlyOnce = new("--once")
    {
        Description = "Send one request through, print the document before and after, and stop: 0 when it succeeded, else 1.",
    };

    /// <summary>Reads the command line, answers questions about it and complains about it.</summary>
    public static DevHostOptions Read(string[] args)
    {
        var command = new RootCommand("Offline Actions in one process: Sync Gateway and SWAPI emulated, gateway and worker real, the bus in memory.")
        {
            OnlyOnce, PortChoice, SyncGateway, SyncGatewayAdmin, Gateway, Swapi, WebClient,
        };
        PortChoice.AcceptOnlyFromAmong("fixed", "auto");

        DevHostOptions? started = null;
        command.SetAction(line =>
        {
            var ports = line.GetValue(PortChoice) is "auto"
                ? DevPorts.Automatic
                : new DevPorts(
                    line.GetValue(SyncGateway),
                    line.GetValue(SyncGatewayAdmin),
                    line.GetValue(Gateway),
                    line.GetValue(Swapi),
                    line.GetValue(WebClient));
            if (ports.Taken() is { } message)
            {
                Console.Error.WriteLine(message);
                return 1;
            }

            started = new DevHostOptions(ports, line.GetValue(OnlyOnce), null);
            return 0;
        });

        var answer = command.Parse(args).Invoke();
        return started ?? new DevHostOptions(DevPorts.Automatic, Once: false, answer);
    }

    private static Option<int> Port(string name, int number, string description)
    {
        var port = new Option<int>(name) { Description = description, DefaultValueFactory = _ => number };
        port.Validators.Add(value =>
        {
            if (value.Tokens is [var token] && int.TryParse(token.Value, out var given) && given is < 0 or > 65_535)
            {
                value.AddError($"{name} takes a port from 0 (a free one) to 65535.");
            }
        });
        return port;
    }
}
