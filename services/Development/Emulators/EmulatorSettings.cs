using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using OfflineActions.Emulators.SyncGateway.Configuration;

namespace OfflineActions.Emulators;

/// <summary>What the process is told by its environment and its arguments, and what is wrong with that.</summary>
internal sealed class EmulatorSettings
{
    private const string Root = "Emulators";
    private const string File = SyncGatewayEmulatorOptions.Section + ":" + nameof(SyncGatewayEmulatorOptions.ConfigurationFile);

    private static readonly Dictionary<string, string> Switches = new() { ["--config"] = File, ["-config"] = File };

    private readonly List<string> mistakes = [];

    private EmulatorSettings(IConfigurationManager settings, IConfiguration arguments)
    {
        mistakes.AddRange(arguments.GetChildren().Where(given => !given.Key.Equals(Root, StringComparison.OrdinalIgnoreCase))
            .Select(given => $"{given.Key} is not known: write --config FILE or --{Root}:…, or remove it."));
        mistakes.AddRange(settings.GetSection(Root).GetChildren()
            .Where(given => !new[] { SyncGatewayEmulatorOptions.Section, SwapiEmulatorOptions.Section }.Contains(given.Path, StringComparer.OrdinalIgnoreCase))
            .Select(given => $"{given.Path} is not known: use {SyncGatewayEmulatorOptions.Section} or {SwapiEmulatorOptions.Section}, or remove it."));
        TakeInterfaces(settings);
        SyncGateway = Read<SyncGatewayEmulatorOptions>(settings.GetSection(SyncGatewayEmulatorOptions.Section));
        Swapi = Read<SwapiEmulatorOptions>(settings.GetSection(SwapiEmulatorOptions.Section));
        Check(SyncGatewayEmulatorOptions.Section, SyncGateway);
        Check(SwapiEmulatorOptions.Section, Swapi);
        CheckAddress(SyncGatewayEmulatorOptions.Section + ":Address", SyncGateway.Address);
        CheckAddress(SyncGatewayEmulatorOptions.Section + ":PublicAddress", SyncGateway.PublicAddress);
        CheckAddress(SyncGatewayEmulatorOptions.Section + ":AdminAddress", SyncGateway.AdminAddress);
        CheckAddress(SyncGatewayEmulatorOptions.Section + ":MetricsAddress", SyncGateway.MetricsAddress);
        CheckAddress(SwapiEmulatorOptions.Section + ":Address", Swapi.Address);
        CheckWebhooks(SyncGateway.Webhooks);
    }

    public SyncGatewayEmulatorOptions SyncGateway { get; }

    public SwapiEmulatorOptions Swapi { get; }

    /// <summary>Each mistake with its key; none when the process can start.</summary>
    public IReadOnlyList<string> Mistakes => mistakes;

    /// <summary>Reads arguments, and environment variables where they say nothing.</summary>
    public static EmulatorSettings Of(string[] arguments)
    {
        using var settings = new ConfigurationManager();
        settings.AddEnvironmentVariables().AddCommandLine(arguments, Switches);
        return new(settings, new ConfigurationBuilder().AddCommandLine(arguments, Switches).Build());
    }

    /// <summary>Where the file says where to listen, that counts, unless a setting says otherwise.</summary>
    private void TakeInterfaces(IConfigurationManager settings)
    {
        if (settings[File] is not { } file)
        {
            return;
        }

        try
        {
            var server = ConfigurationFile.Load(file);
            foreach (var (name, given) in new[] { ("Public", server.Interface), ("Admin", server.AdminInterface), ("Metrics", server.MetricsInterface) })
            {
                var (address, port) = ($"{SyncGatewayEmulatorOptions.Section}:{name}Address", $"{SyncGatewayEmulatorOptions.Section}:{name}Port");
                if (given is not null && settings[port] is null && settings[address] is null && settings[SyncGatewayEmulatorOptions.Section + ":Address"] is null)
                {
                    var endpoint = ConfigurationFile.Endpoint(given);
                    settings[address] = endpoint.Address;
                    settings[port] = endpoint.Port.ToString(CultureInfo.InvariantCulture);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            mistakes.Add($"{File}: {error.Message}");
        }
    }

    private T Read<T>(IConfigurationSection section)
        where T : class, new()
    {
        var unknown = Unknown(section, typeof(T)).ToList();
        mistakes.AddRange(unknown);
        try
        {
            // Without the switch, values in lists that cannot be read would be left out.
            return unknown.Count > 0 ? new() : section.Get<T>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
        }
        catch (InvalidOperationException error)
        {
            // What is wrong in a list is told with its key only by the exception within.
            mistakes.Add(new[] { error, error.InnerException }.OfType<Exception>()
                .Select(one => one.Message).FirstOrDefault(message => message.Contains(section.Path, StringComparison.OrdinalIgnoreCase)) ?? error.Message);
            return new();
        }
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Type options)
    {
        var known = options.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var given in section.GetChildren())
        {
            var property = Array.Find(known, property => property.Name.Equals(given.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                yield return $"{given.Path} is not known: use one of {string.Join(", ", known.Select(one => one.Name))}, or remove it.";
            }
            else if (property.PropertyType == typeof(IReadOnlyList<WebhookOptions>))
            {
                foreach (var mistake in given.GetChildren().SelectMany(webhook => Unknown(webhook, typeof(WebhookOptions))))
                {
                    yield return mistake;
                }
            }
        }
    }

    private void Check(string path, object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), results, validateAllProperties: true);
        mistakes.AddRange(results.Select(result => $"{path}:{result.MemberNames.First()}: {result.ErrorMessage}"));
    }

    private void CheckAddress(string path, string? address)
    {
        if (address is not null && !IPAddress.TryParse(address, out _))
        {
            mistakes.Add($"{path} is '{address}': make it an IP address.");
        }
    }

    private void CheckWebhooks(IReadOnlyList<WebhookOptions> webhooks)
    {
        for (var i = 0; i < webhooks.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{SyncGatewayEmulatorOptions.Section}:{nameof(SyncGatewayEmulatorOptions.Webhooks)}:{i}");
            Check(path, webhooks[i]);
            if (webhooks[i].Url is { } url && !Uri.TryCreate(url, UriKind.Absolute, out _))
            {
                mistakes.Add($"{path}:Url is no address: make it one like http://host:1234/path.");
            }
        }
    }
}
