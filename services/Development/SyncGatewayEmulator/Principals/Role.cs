namespace OfflineActions.Emulators.Principals;

/// <summary>A name that channels are granted to. Replaced as a whole, never changed.</summary>
internal record Role(string Name)
{
    private static readonly Dictionary<string, long> None = [];

    /// <summary>Channels an administrator granted, by collection, with the sequence of that.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> AdminChannels { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, long>>();

    public IReadOnlyDictionary<string, long> AdminChannelsIn(string collection) => AdminChannels.GetValueOrDefault(collection, None);

    /// <summary>The sequence its last change took.</summary>
    public long Sequence { get; init; }
}
