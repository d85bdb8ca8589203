using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OfflineActions.SyncGateway;

/// <summary>
/// Reads the section before binding does, which would stop at the first value it cannot read, repeat it, and with it the password somebody
/// may have put there, and pass over a misspelt key in silence.
/// </summary>
internal static class SettingsAsWritten
{
    private static readonly string[] Known =
    [
        nameof(SyncGatewayOptions.Url), nameof(SyncGatewayOptions.User), nameof(SyncGatewayOptions.Password),
        nameof(SyncGatewayOptions.Timeout), nameof(SyncGatewayOptions.MaxResponseBytes),
    ];

    /// <exception cref="OptionsValidationException">Every mistake, each with its key and what to write instead.</exception>
    public static void Check(SyncGatewayOptions options, IConfiguration configuration)
    {
        string[] mistakes = [.. configuration.GetSection(SyncGatewayOptions.Section).GetChildren().Select(Mistake).OfType<string>()];
        if (mistakes.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(SyncGatewayOptions), mistakes);
        }
    }

    private static string? Mistake(IConfigurationSection given) => Known.FirstOrDefault(key => key.Equals(given.Key, StringComparison.OrdinalIgnoreCase)) switch
    {
        null => $"{given.Path} is not known: use one of {string.Join(", ", Known)}, or remove it.",
        _ when given.GetChildren().Any() => $"{given.Path} is one value, but is given as a list or section: give it as {given.Path}.",
        nameof(SyncGatewayOptions.Url) when given.Value is { } url && !Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out _) =>
            $"{given.Path} {SyncGatewayOptions.UrlRule}",
        nameof(SyncGatewayOptions.Timeout) when given.Value is { } time && !TimeSpan.TryParse(time, out _) =>
            $"{given.Path} is '{time}': make it a time like 00:00:10.",
        nameof(SyncGatewayOptions.MaxResponseBytes) when given.Value is { } bytes && !int.TryParse(bytes, out _) =>
            $"{given.Path} is '{bytes}': make it a whole number.",
        _ => null,
    };
}
