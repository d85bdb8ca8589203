namespace OfflineActions.Emulators.Store;

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
            if (document.Tree.Winner is not { } winner || (!entry.Departed && document.Sequence != entry.Sequence))
            {
                return null;
            }

            var present = false;
            List<string>? removed = null;
            ChannelRemoval? removal = null;
            foreach (var (name, since) in Channels)
            {
                var contains = !entry.Departed && (name == Star || (document.Channels?.Contains(name) ?? false));
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
