using System.Text.Json;

namespace OfflineActions.Emulators.Configuration;

/// <summary>A configuration file of a real Sync Gateway.</summary>
internal static class ConfigurationFile
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">It is not a configuration; the message says what is wrong with it.</exception>
    public static ServerConfiguration Load(string path)
    {
        var text = File.ReadAllText(path);
        try
        {
            return ConfigurationReader.Server(ConfigurationText.Parse(text, Environment.GetEnvironmentVariable));
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new InvalidOperationException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>An interface as an address and a port: <c>:4984</c> is every address.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (string Address, int Port) Endpoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text[(colon + 1)..], out var port))
        {
            throw new FormatException($"{text} is not a host and a port");
        }

        return (text[..colon].Trim('[', ']') switch { "" => "0.0.0.0", "localhost" => "127.0.0.1", var host => host }, port);
    }
}
