namespace OfflineActions.Emulators.Configuration;

/// <summary>A configuration file of a real Sync Gateway.</summary>
internal static class ConfigurationFile
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The configuration is invalid; the message says why.</exception>
    public static ServerConfiguration Load(string path)
    {
        var text = File.ReadAllText(path);
        try
        {
            return ConfigurationReader.Server(ConfigurationText.Parse(text, Environment.GetEnvironmentVariable));
        }
        catch (FormatException error)
        {
            throw new InvalidOperationException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Parses an interface into address and port; <c>:4984</c> listens on all addresses.</summary>
    /// <exception cref="FormatException">Not a host and a port.</exception>
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
