namespace OfflineActions.Emulators.Store;

/// <summary>The channels a document is in or was once in. Guarded by the document's lock.</summary>
internal sealed class ChannelMap
{
    private readonly Dictionary<string, ChannelRemoval?> channels = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, ChannelRemoval?> All => channels;

    public IEnumerable<string> Present => channels.Where(pair => pair.Value is null).Select(pair => pair.Key);

    public bool Contains(string channel) => channels.TryGetValue(channel, out var removal) && removal is null;

    public ChannelRemoval? RemovalFrom(string channel) => channels.GetValueOrDefault(channel);

    /// <summary>Whether it left a channel at this sequence and has not come back.</summary>
    public bool LeftAt(long sequence) => channels.Values.Any(removal => removal?.Sequence == sequence);

    public void Update(IReadOnlyList<string> now, long sequence, RevisionId revision, bool deleted)
    {
        foreach (var left in Present.Except(now).ToList())
        {
            channels[left] = new(sequence, revision, deleted);
        }

        foreach (var channel in now)
        {
            channels[channel] = null;
        }
    }

    public void Restore(string channel, ChannelRemoval? removal) => channels[channel] = removal;
}
