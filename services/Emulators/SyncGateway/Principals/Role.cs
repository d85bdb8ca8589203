namespace Emulators.SyncGateway.Principals;

/// <summary>A name that channels are granted to. Replaced as a whole, never changed.</summary>
internal record Role(string Name)
{
    /// <summary>Channels an administrator granted, with the sequence of that.</summary>
    public IReadOnlyDictionary<string, long> AdminChannels { get; init; } = new Dictionary<string, long>();

    /// <summary>The sequence its last change took.</summary>
    public long Sequence { get; init; }
}
