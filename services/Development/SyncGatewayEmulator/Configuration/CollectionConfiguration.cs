namespace OfflineActions.Emulators.Configuration;

/// <summary>How one collection of a database is set up.</summary>
/// <param name="Scope">The scope it is in.</param>
/// <param name="Collection">Its name there.</param>
/// <param name="Sync">Its sync function's source; null for the usual one.</param>
internal sealed record CollectionConfiguration(string Scope, string Collection, string? Sync)
{
    /// <summary>The name of the default scope, and of the collection that a database has when nothing is said.</summary>
    public const string Default = "_default";

    /// <summary>The default collection by its <see cref="Name"/>.</summary>
    public const string DefaultName = Default + "." + Default;

    /// <summary><c>scope.collection</c>.</summary>
    public string Name => $"{Scope}.{Collection}";
}
