namespace OfflineActions.Emulators.Configuration;

/// <summary>Sync Gateway reads the configuration of a database but cannot load the database.</summary>
/// <param name="setting">The path of the setting.</param>
/// <param name="reason">The reason in the words of Sync Gateway.</param>
internal sealed class DatabaseLoadException(string setting, string reason) : FormatException($"{setting}: {reason}")
{
    public string Reason { get; } = reason;
}
