using System.ComponentModel.DataAnnotations;
using OfflineActions.Messaging.Tls;

namespace OfflineActions.Messaging;

/// <summary>The <c>Bus</c> section of the configuration.</summary>
public sealed class BusOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Bus";

    /// <summary>The transport of the messages.</summary>
    public BusTransport Transport { get; init; } = BusTransport.RabbitMq;

    /// <summary>The broker, for example <c>amqp://user:password@host:5672/virtual-host</c>; <c>amqps</c> for TLS.</summary>
    public Uri? Url { get; init; }

    /// <summary>
    /// The other nodes of a broker that is a cluster, each as <c>host</c> or <c>host:port</c>. Each connection takes any of all nodes, and
    /// another one when its node is away. User, virtual host and TLS are those of <see cref="Url"/>, and the port if none is given.
    /// </summary>
    public string[]? Nodes { get; init; }

    /// <summary>The user to sign in as, when <see cref="Url"/> names none. RabbitMQ's <c>guest</c> when neither does.</summary>
    public string User { get; init; } = "";

    /// <summary>The password of <see cref="User"/>, as it is: in <see cref="Url"/> some characters would have to be escaped.</summary>
    public string Password { get; init; } = "";

    /// <summary>How the connection is secured when <see cref="Url"/> begins with <c>amqps</c>.</summary>
    public BusTls Tls { get; init; } = new();

    /// <summary>
    /// Whether this process declares the queues, which needs the right to. A process that does not, waits until another one has declared
    /// them: workers do. Set it to false for the gateway only.
    /// </summary>
    public bool DeclareQueues { get; init; } = true;

    /// <summary>
    /// The delays before the next attempts, in growing order. After the last one a request fails for good. Default: 10 s, 1 min, 10 min and 1 h. Each delay has
    /// its own queue, so change them before the first start.
    /// </summary>
    public TimeSpan[]? Delays { get; init; }

    /// <summary>
    /// How long a stopping process may take to finish the messages that it is processing. The rest is requeued. A container's grace period
    /// must be at least 15 s longer than this.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "Bus:DrainTimeout must be from 00:00:00 to 00:10:00.")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a process tells the operator page what it does. 00:00:00 switches that off.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "Bus:PresenceInterval must be from 00:00:00 to 00:10:00.")]
    public TimeSpan PresenceInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><see cref="Url"/> with <see cref="User"/> and <see cref="Password"/>.</summary>
    public Uri? Address => Url is not { IsAbsoluteUri: true } || User is not { Length: > 0 }
        ? Url
        : new UriBuilder(Url) { UserName = Uri.EscapeDataString(User), Password = Uri.EscapeDataString(Password) }.Uri;

    /// <summary><see cref="Delays"/>, or the default delays.</summary>
    public IReadOnlyList<TimeSpan> EffectiveDelays => Delays is { Length: > 0 } ? Delays : DefaultDelays;

    /// <summary>The longest time for which a message is delayed. A <c>Retry-After</c> is limited to it.</summary>
    public TimeSpan LongestDelay => MaxLongestDelays * EffectiveDelays[^1];

    /// <summary>A message is delayed for this many times the longest of the delays at most.</summary>
    public const int MaxLongestDelays = 3;

    /// <summary>A user without a password, or two users; a node that is no address; files for TLS that cannot be used, or that nothing would use.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (User is { Length: > 0 } != Password is { Length: > 0 })
        {
            yield return new("Bus:User and Bus:Password belong together: set both, or neither.", [nameof(User)]);
        }
        else if (this is { User.Length: > 0, Url: { IsAbsoluteUri: true, UserInfo.Length: > 0 } })
        {
            yield return new("Bus:Url and Bus:User both name a user: keep one of them.", [nameof(User)]);
        }

        foreach (var error in BrokerNode.FindErrors(this))
        {
            yield return new(error, [nameof(Nodes)]);
        }

        if (Tls.IsSet && Url is not { IsAbsoluteUri: true, Scheme: "amqps" })
        {
            yield return new(
                "Bus:Tls is set, but Bus:Url does not begin with amqps://: without that the connection is not secured.", [nameof(Tls)]);
        }

        foreach (var error in TlsFiles.FindErrors(Tls))
        {
            yield return new(error, [nameof(Tls)]);
        }
    }

    private static readonly TimeSpan[] DefaultDelays =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];
}

/// <summary>The transport of the messages.</summary>
public enum BusTransport
{
    /// <summary>RabbitMQ. Messages survive the end of every process.</summary>
    RabbitMq,

    /// <summary>The memory of one process that both publishes and consumes, for development.</summary>
    InMemory,
}
