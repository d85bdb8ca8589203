namespace OfflineActions.Emulators.Store;

/// <summary>The channels a document is or was in. Guarded by the lock of the document.</summary>
internal sealed class ChannelMap
{
    private readonly Dictionary<string, ChannelRemoval?> channels = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, ChannelRemoval?> All => channels;

    public IEnumerable<string> Present => channels.Where(pair => pair.Value is null).Select(pair => pair.Key);

    public bool Contains(string channel) => channels.TryGetValue(channel, out var removal) && removal is null;

    public ChannelRemoval? RemovalFrom(string channel) => channels.GetValueOrDefault(channel);

    /// <summary>Whether the document left a channel at this sequence and has not returned to it.</summary>
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

/// <summary>The removal of a document from a channel.</summary>
/// <param name="Sequence">The sequence of the removal.</param>
/// <param name="Revision">The revision that removed it.</param>
/// <param name="Deleted">Whether that revision is a tombstone.</param>
internal sealed record ChannelRemoval(long Sequence, RevisionId Revision, bool Deleted);

/// <summary>The channels a feed request reads, each with the sequence at which access was granted.</summary>
internal sealed record ChannelFilter(IReadOnlyDictionary<string, long> Channels)
{
    private const string Star = "*";

    /// <summary>All documents, from the first sequence.</summary>
    public static ChannelFilter All { get; } = new(new Dictionary<string, long> { [Star] = 1 });

    /// <summary>
    /// The next sequence after <paramref name="after"/> at which a channel was granted: older documents of that channel appear there.
    /// </summary>
    public long? NextGrant(long after)
    {
        var next = long.MaxValue;
        foreach (var (_, since) in Channels)
        {
            next = since > 1 && since > after && since < next ? since : next;
        }

        return next == long.MaxValue ? null : next;
    }

    /// <summary>The same filter limited to the wanted channels.</summary>
    public ChannelFilter Only(IReadOnlySet<string>? wanted) => wanted is null || wanted.Contains(Star) ? this : new(
        wanted.Where(name => Channels.ContainsKey(name) || Channels.ContainsKey(Star))
            .ToDictionary(name => name, name => Channels.TryGetValue(name, out var since) ? since : Channels[Star]));

    /// <summary>The feed's row for an entry; null when the reader does not see it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="trigger">The sequence of the grant whose older documents are being listed; 0 for none.</param>
    public FeedRow? RowOf(SequenceEntry entry, long trigger)
    {
        var document = entry.Document;
        lock (document)
        {
            // A document written in the meantime is listed at its new sequence.
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
                    // The reader has already seen it at its own sequence.
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

/// <summary>A row of the changes feed.</summary>
/// <param name="Snapshot">The current document.</param>
/// <param name="Revision">The revision to list: the winner, or the revision that removed the document from the reader's channels.</param>
/// <param name="Deleted">Whether that revision is a tombstone.</param>
/// <param name="Removed">The channels the document left, when it is in none of the reader's channels; otherwise null.</param>
internal sealed record FeedRow(DocumentSnapshot Snapshot, RevisionId Revision, bool Deleted, IReadOnlyList<string>? Removed);
