using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator;

/// <summary>Where the broker and Sync Gateway are: from the options, else from the environment that the services have too.</summary>
internal sealed class Settings : IDisposable
{
    public static readonly Option<string?> Broker = new("--bus")
    {
        Description = "the broker, like amqp://user:password@host:5672/ (else Bus__Url)",
        Recursive = true,
    };

    public static readonly Option<string?> SyncGateway = new("--sync-gateway")
    {
        Description = "Sync Gateway, like http://127.0.0.1:4984 (else SyncGateway__Url)",
        Recursive = true,
    };

    private readonly IHost host;

    private Settings(IHost host) => this.host = host;

    /// <summary>The broker, and the delays of its queues.</summary>
    /// <exception cref="UsageException">They make no sense.</exception>
    public BusOptions Bus => Checked(() => host.Services.GetRequiredService<IOptions<BusOptions>>().Value);

    /// <summary>The client of Sync Gateway.</summary>
    /// <exception cref="UsageException">Its settings make no sense.</exception>
    public SyncGatewayClient Documents => Checked(host.Services.GetRequiredService<SyncGatewayClient>);

    /// <summary>The queues of <paramref name="actions"/>, with the delays that are configured.</summary>
    /// <exception cref="UsageException">The delays make no sense.</exception>
    public IEnumerable<ActionTopology> Topology(IEnumerable<ActionContract> actions)
    {
        try
        {
            return [.. actions.Select(action => new ActionTopology(action.Queues, Bus.EffectiveDelays))];
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageException("Bus:Delays must be positive whole milliseconds, like 00:00:10.");
        }
    }

    /// <summary>Collects them; each is checked when it is asked for, so that a command needs only those it uses.</summary>
    public static Settings Read(ParseResult given)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(Given(given));
        builder.Services.AddSection<BusOptions>(BusOptions.Section);
        return new Settings(builder.AddSyncGatewayClient().Build());
    }

    public void Dispose() => host.Dispose();

    private static IEnumerable<KeyValuePair<string, string?>> Given(ParseResult given)
    {
        if (given.GetValue(Broker) is { } bus)
        {
            yield return new($"{BusOptions.Section}:{nameof(BusOptions.Url)}", bus);
        }

        if (given.GetValue(SyncGateway) is { } url)
        {
            yield return new($"{SyncGatewayOptions.Section}:{nameof(SyncGatewayOptions.Url)}", url);
        }
    }

    private static T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OptionsValidationException mistakes)
        {
            throw new UsageException(string.Join(' ', mistakes.Failures));
        }
    }
}
