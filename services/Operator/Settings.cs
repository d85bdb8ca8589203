using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;
using OfflineActions.Messaging.Topology;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator;

/// <summary>The settings of broker and Sync Gateway: from options, otherwise from the same files and environment variables as the services'.</summary>
internal sealed class Settings : IDisposable
{
    public static readonly Option<string?> Broker = new("--bus")
    {
        Description = "the broker, for example amqp://user:password@host:5672/ (default: Bus__Url)",
        Recursive = true,
    };

    public static readonly Option<string?> SyncGateway = new("--sync-gateway")
    {
        Description = "Sync Gateway, for example http://127.0.0.1:4984 (default: SyncGateway__Url)",
        Recursive = true,
    };

    private readonly IHost host;

    private Settings(IHost host) => this.host = host;

    /// <summary>The client of Sync Gateway.</summary>
    /// <exception cref="UsageException">A setting is wrong.</exception>
    public SyncGatewayClient Documents => Validate(host.Services.GetRequiredService<SyncGatewayClient>);

    private BusOptions Bus => Validate(() => host.Services.GetRequiredService<IOptions<BusOptions>>().Value);

    /// <summary>Reads all settings. Each is validated when it is used, so that a command needs only its own.</summary>
    public static Settings Read(ParseResult given)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        builder.AddSecretFiles();
        builder.Configuration.AddInMemoryCollection(ReadOptions(given, builder.Configuration));
        builder.Services.AddSection<BusOptions>(BusOptions.Section);
        return new Settings(builder.AddSyncGatewayClient().Build());
    }

    /// <summary>Connects to the broker.</summary>
    /// <exception cref="UsageException">The address is missing or wrong.</exception>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    public async Task<BrokerConnection> OpenBrokerAsync(CancellationToken cancellationToken) =>
        Bus is { Url: { IsAbsoluteUri: true, Scheme: "amqp" or "amqps" } } bus
            ? await BrokerConnection.OpenAsync(bus, "operator", cancellationToken)
            : throw new UsageException(
                "Set --bus or Bus__Url to the broker's address, for example amqp://user:password@host:5672/ (amqps for TLS).");

    /// <summary>Connects to the broker, to pause or resume an action there.</summary>
    /// <exception cref="UsageException">There is no broker, or its address is missing or wrong.</exception>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    public Task<BrokerConnection> OpenBrokerForPausingAsync(CancellationToken cancellationToken) => Bus.Transport is BusTransport.InMemory
        ? throw new UsageException(
            "Actions can be paused only with RabbitMQ. Bus:Transport is InMemory: messages are in the memory of the gateway's own process, and nothing would keep the pause.")
        : OpenBrokerAsync(cancellationToken);

    /// <summary>All queues of <paramref name="actions"/>, with the configured delays.</summary>
    /// <exception cref="UsageException">A delay is wrong.</exception>
    public IReadOnlyList<QueueDeclaration> ReadQueues(ActionCatalog actions)
    {
        try
        {
            return [.. actions.Actions.SelectMany(action => new ActionTopology(action.Queues, Bus.EffectiveDelays).Queues)];
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException("Bus:Delays must be positive whole milliseconds, for example 00:00:10.");
        }
    }

    public void Dispose() => host.Dispose();

    /// <summary>The settings that were given as options. They come after all others.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> ReadOptions(ParseResult given, IConfiguration others) =>
        [.. ReadGiven(given, others)];

    private static IEnumerable<KeyValuePair<string, string?>> ReadGiven(ParseResult given, IConfiguration others)
    {
        if (given.GetValue(Broker) is { } bus)
        {
            yield return new($"{BusOptions.Section}:{nameof(BusOptions.Url)}", bus);
            // The rest belongs to the other broker, as far as this address says something else.
            var url = Uri.TryCreate(bus, UriKind.Absolute, out var absolute) ? absolute : null;
            string[] replaced =
            [
                nameof(BusOptions.Nodes),
                .. url?.UserInfo is { Length: > 0 } ? new[] { nameof(BusOptions.User), nameof(BusOptions.Password) } : [],
                .. url?.Scheme is "amqp" ? new[] { nameof(BusOptions.Tls) } : [],
            ];
            foreach (var setting in replaced.SelectMany(name => others.GetSection($"{BusOptions.Section}:{name}").AsEnumerable()))
            {
                if (setting.Value is not null)
                {
                    yield return new(setting.Key, "");
                }
            }
        }

        if (given.GetValue(SyncGateway) is { } syncGateway)
        {
            yield return new($"{SyncGatewayOptions.Section}:{nameof(SyncGatewayOptions.Url)}", syncGateway);
        }
    }

    private T Validate<T>(Func<T> read)
    {
        try
        {
            _ = host.Services.GetRequiredService<IOptions<SecretOptions>>().Value;
            return read();
        }
        catch (OptionsValidationException invalid)
        {
            throw new UsageException(string.Join(' ', invalid.Failures));
        }
    }
}
