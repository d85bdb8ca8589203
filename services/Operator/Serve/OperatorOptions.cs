using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.Operator.Serve.Access;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve;

/// <summary>The <c>Operator</c> section of the configuration, for the operator page.</summary>
public sealed partial class OperatorOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Operator";

    /// <summary>The keyspaces that are looked after; <c>db</c> when none is set. The first is the one that a document is looked for in.</summary>
    public string[]? Keyspaces { get; init; }

    /// <summary>The only channel that a search for open requests reads, as <c>Gateway:Channel</c>.</summary>
    public string? Channel { get; init; }

    /// <summary>
    /// RabbitMQ's management API, for example <c>http://rabbitmq:15672</c>, with the user and password of <c>Bus:Url</c>. Not set: rates are
    /// unknown.
    /// </summary>
    public Uri? Management { get; init; }

    /// <summary>The management API of other nodes of a cluster, which is asked when that of <see cref="Management"/> is away.</summary>
    public Uri[]? ManagementNodes { get; init; }

    /// <summary>Who may sign in, each as <c>name:role:password</c>. The role is <c>look</c> or <c>act</c>.</summary>
    public string[]? Users { get; init; }

    /// <summary>The header in which a reverse proxy names the user who has signed in there. Not set: no such header is believed.</summary>
    public string? UserHeader { get; init; }

    /// <summary>The addresses or networks of the reverse proxies whose header is believed, for example <c>10.0.0.5</c> or <c>10.0.0.0/24</c>.</summary>
    public string[]? Proxies { get; init; }

    /// <summary>The users of the reverse proxy who may act. The others may look.</summary>
    public string[]? ActUsers { get; init; }

    /// <summary>The addresses at which browsers open the page, for a name other than localhost, and behind a proxy that ends TLS.</summary>
    public IReadOnlyList<Uri> Origins { get; init; } = [];

    internal IReadOnlyList<string> EffectiveKeyspaces => Keyspaces is { Length: > 0 } ? Keyspaces : ["db"];

    internal bool HasAccess => Users is { Length: > 0 } || UserHeader is { Length: > 0 };

    internal IReadOnlyList<OperatorUser> ReadUsers() => [.. (Users ?? []).Select(OperatorUser.Parse).OfType<OperatorUser>()];

    internal IReadOnlyList<IPNetwork> ReadProxies() => [.. (Proxies ?? []).Select(KnownProxies.Parse).OfType<IPNetwork>()];

    [GeneratedRegex(@"^[A-Za-z0-9-]+\z")]
    internal static partial Regex HeaderName();
}

/// <summary>Finds every mistake in the settings of the operator page, and refuses to show it to others without a login.</summary>
internal sealed class OperatorOptionsValidation(IConfiguration configuration) : IValidateOptions<OperatorOptions>
{
    public ValidateOptionsResult Validate(string? name, OperatorOptions options)
    {
        string[] errors = [.. FindErrors(options)];
        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> FindErrors(OperatorOptions options)
    {
        foreach (var (keyspace, index) in options.EffectiveKeyspaces.Select((keyspace, index) => (keyspace, index)))
        {
            if (!Keyspace.IsValid(keyspace))
            {
                yield return $"Operator:Keyspaces:{index} is '{keyspace}': write {Keyspace.Expected}.";
            }
        }

        foreach (var (user, index) in (options.Users ?? []).Select((user, index) => (user, index)))
        {
            // What was given may be a password.
            if (OperatorUser.Parse(user) is null)
            {
                yield return $"Operator:Users:{index} must be name:role:password, with the role look or act, and {OperatorUser.MinPassword} "
                    + "or more characters in the password.";
            }
        }

        foreach (var (address, key) in (options.ManagementNodes ?? []).Select((node, index) => (node, $"ManagementNodes:{index}"))
            .Prepend((options.Management!, "Management")))
        {
            if (address is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" })
            {
                yield return $"Operator:{key} must be an address like http://rabbitmq:15672, without a user: that of Bus:Url is used.";
            }
        }

        if (options is { Management: null, ManagementNodes.Length: > 0 })
        {
            yield return "Operator:Management is missing: with Operator:ManagementNodes, it is the address of the first node.";
        }

        if (options.UserHeader is { Length: > 0 } header && !OperatorOptions.HeaderName().IsMatch(header))
        {
            yield return "Operator:UserHeader must be the name of a header, for example X-Forwarded-User.";
        }

        if (options.UserHeader is { Length: > 0 } && options.Proxies is not { Length: > 0 })
        {
            yield return "Operator:Proxies is missing: with Operator:UserHeader, name the addresses of the proxies whose header is believed.";
        }

        foreach (var (proxy, index) in (options.Proxies ?? []).Select((proxy, index) => (proxy, index)))
        {
            if (KnownProxies.Parse(proxy) is null)
            {
                yield return $"Operator:Proxies:{index} must be an address or a network, for example 10.0.0.5 or 10.0.0.0/24.";
            }
        }

        if (!options.HasAccess && FindAddresses().FirstOrDefault(address => !IsOfThisMachine(address)) is { } open)
        {
            yield return $"The operator page would listen at {open}, where everybody could act: set Operator:Users (in the environment: "
                + "Operator__Users__0) to name:role:password, or Operator:UserHeader, or listen at 127.0.0.1.";
        }
    }

    /// <summary>Where the server will listen, in the order in which Kestrel decides.</summary>
    private IEnumerable<string> FindAddresses()
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "").ToArray();
        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var ports = new[] { configuration["http_ports"], configuration["https_ports"] }.OfType<string>().Where(port => port.Length > 0);
        return endpoints.Length > 0 ? endpoints : urls.Length > 0 ? urls : ports.Select(port => $"http://*:{port}");
    }

    private static bool IsOfThisMachine(string address)
    {
        try
        {
            var host = BindingAddress.Parse(address).Host.Trim('[', ']');
            return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            // Kestrel refuses it, too.
            return false;
        }
    }
}

/// <summary>The operator page needs a broker, or says that there is none.</summary>
internal sealed class OperatorBusValidation : IValidateOptions<BusOptions>
{
    public ValidateOptionsResult Validate(string? name, BusOptions options) =>
        options.Transport is BusTransport.InMemory || options.Url is { IsAbsoluteUri: true, Scheme: "amqp" or "amqps" }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Bus:Url must be set (in the environment: Bus__Url) to the broker, for example amqp://user:password@host:5672/.");
}
