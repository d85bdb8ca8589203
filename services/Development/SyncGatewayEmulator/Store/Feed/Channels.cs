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

/// <summary>How a document left a channel.</summary>
/// <param name="Sequence">When.</param>
/// <param name="Revision">By which revision.</param>
/// <param name="Deleted">Whether that was a tombstone.</param>
internal sealed record ChannelRemoval(long Sequence, RevisionId Revision, bool Deleted);

/// <summary>The channels a reader of the feed follows, each with the sequence since when it may.</summary>
internal sealed record ChannelFilter(IReadOnlyDictionary<string, long> Channels)
{
    private const string Star = "*";

    /// <summary>Everything, since ever.</summary>
    public static ChannelFilter All { get; } = new(new Dictionary<string, long> { [Star] = 1 });

    /// <summary>The next sequence after one at which a channel was granted, so that older documents must be caught up with there.</summary>
    public long? NextGrant(long after)
    {
        var next = long.MaxValue;
        foreach (var (_, since) in Channels)
        {
            next = since > 1 && since > after && since < next ? since : next;
        }

        return next == long.MaxValue ? null : next;
    }

    /// <summary>Some of them, as far as they may be followed.</summary>
    public ChannelFilter Only(IReadOnlySet<string>? wanted) => wanted is null || wanted.Contains(Star) ? this : new(
        wanted.Where(name => Channels.ContainsKey(name) || Channels.ContainsKey(Star))
            .ToDictionary(name => name, name => Channels.TryGetValue(name, out var since) ? since : Channels[Star]));

    /// <summary>What the feed shows of an entry; null for nothing.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="trigger">The grant whose older documents are being caught up with; 0 for none.</param>
    public FeedRow? RowOf(SequenceEntry entry, long trigger)
    {
        var document = entry.Document;
        lock (document)
        {
            // One that moved on meanwhile is listed where it is now.
            if (document.Tree.Winner is not { } winner || (!entry.IsRemoval && document.Sequence != entry.Sequence))
            {
                return null;
            }

            var present = false;
            List<string>? removed = null;
            ChannelRemoval? removal = null;
            foreach (var (name, since) in Channels)
            {
                var contains = !entry.IsRemoval && (name == Star || (document.Channels?.Contains(name) ?? false));
                var counts = since <= Math.Max(entry.Sequence, 1);
                if (trigger > 0 && contains && counts)
                {
                    // Seen already at its own place.
                    return null;
                }

                if (trigger > 0 ? since == trigger && contains : counts && contains)
                {
                    present = true;
                }
                else if (trigger == 0 && counts && document.Channels?.RemovalFrom(name) is { } left && left.Sequence == entry.Sequence)
                {
                    (removed ??= []).Add(name);
                    removal = left;
                }
            }

            return present ? new(document.ReadLeaves()!, winner.Id, winner.Deleted, null)
                : removal is not null ? new(document.ReadLeaves()!, removal.Revision, removal.Deleted, removed)
                : null;
        }
    }
}

/// <summary>What the changes feed shows of a document to one reader.</summary>
/// <param name="Snapshot">The document as it is now.</param>
/// <param name="Revision">The revision to tell: the winner, or the one by which it left the reader's channels.</param>
/// <param name="Deleted">Whether that is a tombstone.</param>
/// <param name="Removed">The reader's channels that it left, when it is in none of them any more.</param>
internal sealed record FeedRow(DocumentSnapshot Snapshot, RevisionId Revision, bool Deleted, IReadOnlyList<string>? Removed);
