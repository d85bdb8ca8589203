using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Wire;

/// <summary>Walks the feed for one request and writes its rows.</summary>
internal sealed class ChangesReader
{
    private readonly Exchange exchange;
    private readonly ChangesRequest request;
    private readonly ChangesFraming framing;
    private readonly DocumentStore documents;
    private long trigger;
    private long caughtUpWith;
    private string? last;

    public ChangesReader(Exchange exchange, ChangesRequest request, ChangesFraming framing)
    {
        this.exchange = exchange;
        this.request = request;
        this.framing = framing;
        documents = exchange.Documents;
        var from = request.Since.Safe;
        (Position, trigger) = (Math.Max(from.Sequence - exchange.Emulator.Faults.RedeliverRows, 0), from.Trigger);
    }

    /// <summary>Up to where the feed has been looked through.</summary>
    public long Position { get; private set; }

    /// <summary>The sequence before the earliest one that was missing then; 0 for none.</summary>
    public long Low { get; private set; }

    /// <summary>Rows written so far.</summary>
    public int Sent { get; private set; }

    public bool IsFull => Sent >= request.Limit;

    /// <summary>What the answer's <c>last_seq</c> says: the last row's sequence, or what the client came with.</summary>
    public string LastSequence => last ?? (request.SinceText.Trim('"') is { Length: > 0 } since ? since : "0");

    /// <summary>Writes the rows of the next batch.</summary>
    /// <returns>Whether there may be more now.</returns>
    public bool Read(Utf8Buffer output, int batch)
    {
        var (visible, low) = documents.Sequences.Visible();
        if (Low > 0 && low != Low)
        {
            // What was missing is there, or some of it: from there once more.
            (Position, trigger) = (Math.Min(Position, Low), 0);
        }

        Low = low;
        var viewer = exchange.Viewer is { } one ? exchange.Database.Principals.View(one.User.Name, documents.Name) : null;
        if (exchange.Viewer is not null && viewer is null)
        {
            return false;
        }

        var filter = (viewer is null || viewer.SeesAll ? StarOf(viewer) : new(viewer.Channels)).Only(request.Channels);
        return trigger > 0 ? CatchUp(output, filter, batch) : Walk(output, filter, viewer, visible, batch);
    }

    /// <summary>Writes the rows of the documents asked for by their ids.</summary>
    public void ReadIds(Utf8Buffer output)
    {
        var visible = documents.Sequences.Visible().Newest;
        var filter = exchange.Viewer is null || exchange.Viewer.SeesAll ? ChannelFilter.All : new(exchange.Viewer.Channels);
        var rows = request.Ids!.Select(documents.Find).OfType<StoredDocument>()
            .Select(document => filter.RowOf(new(document.Sequence, document, Departed: false), 0))
            .OfType<FeedRow>()
            .Where(row => row.Snapshot.Sequence > Position && row.Snapshot.Sequence <= visible)
            .OrderBy(row => row.Snapshot.Sequence);
        foreach (var row in rows.Where(Wanted).Take(request.Limit))
        {
            WriteRow(output, new(row.Snapshot.Sequence), row);
        }
    }

    private static ChannelFilter StarOf(Viewer? viewer) => viewer is null
        ? ChannelFilter.All
        : new(new Dictionary<string, long> { [Viewer.Star] = viewer.Channels[Viewer.Star] });

    /// <summary>The next documents at their own places, up to where something else comes between.</summary>
    private bool Walk(Utf8Buffer output, ChannelFilter filter, Viewer? viewer, long visible, int batch)
    {
        var end = visible;
        var grant = filter.NextGrant(Math.Max(Position, caughtUpWith)) is { } granted && granted <= visible ? granted : 0;
        var self = viewer?.User.Sequence is { } sequence && sequence > Position && sequence <= visible ? sequence : 0;
        end = grant > 0 ? Math.Min(end, grant - 1) : end;
        end = self > 0 ? Math.Min(end, self - 1) : end;

        var found = documents.Sequences.Read(documents, Position, end, batch);
        foreach (var entry in found)
        {
            if (IsFull)
            {
                return false;
            }

            Write(output, filter, entry);
            Position = entry.Sequence;
        }

        if (found.Count == batch)
        {
            return !IsFull;
        }

        Position = Math.Max(Position, end);
        if (grant > 0 && end == grant - 1)
        {
            (trigger, Position) = (grant, 0);
            return !IsFull;
        }

        if (self > 0 && !IsFull)
        {
            // A user sees itself where it was last changed.
            Begin(output, new(self, 0, LowFor(self)), "_user/" + viewer!.User.Name).Append(",\"changes\":[]}"u8).Append(framing.After);
            Position = self;
            return !IsFull;
        }

        return false;
    }

    /// <summary>The next documents older than a grant that it lets the reader see.</summary>
    private bool CatchUp(Utf8Buffer output, ChannelFilter filter, int batch)
    {
        var found = documents.Sequences.Read(documents, Position, trigger - 1, batch);
        foreach (var entry in found)
        {
            if (IsFull)
            {
                return false;
            }

            Write(output, filter, entry);
            Position = entry.Sequence;
        }

        if (found.Count < batch)
        {
            (caughtUpWith, Position, trigger) = (trigger, trigger - 1, 0);
        }

        return !IsFull;
    }

    private void Write(Utf8Buffer output, ChannelFilter filter, SequenceEntry entry)
    {
        if (filter.RowOf(entry, trigger) is { } row && Wanted(row))
        {
            WriteRow(output, new(entry.Sequence, trigger, LowFor(entry.Sequence)), row);
        }
    }

    private long LowFor(long sequence) => Low > 0 && Low < sequence ? Low : 0;

    private bool Wanted(FeedRow row) => !(request.ActiveOnly && (row.Deleted || row.Removed is not null));

    private void WriteRow(Utf8Buffer output, FeedPosition at, FeedRow row)
    {
        Begin(output, at, row.Snapshot.Id).Append(row.Deleted ? ",\"deleted\":true"u8 : ""u8);
        _ = row.Removed is { } removed ? output.Append(",\"removed\":"u8).Texts(removed) : output;
        if (request.IncludeDocuments && (row.Removed is not null || row.Snapshot.Body is not null))
        {
            output.Append(",\"doc\":"u8).Append(
                RevisionView.Of(row.Snapshot with { Revision = row.Revision }, hidden: row.Removed is not null && !row.Deleted).Write());
        }

        output.Append(",\"changes\":["u8);
        foreach (var leaf in request.AllLeaves && row.Removed is null ? row.Snapshot.Leaves : [row.Revision])
        {
            output.Append(output.Written[^1] == '[' ? "{\"rev\":"u8 : ",{\"rev\":"u8).Text(leaf.ToString()).Append((byte)'}');
        }

        output.Append("]}"u8).Append(framing.After);
    }

    private Utf8Buffer Begin(Utf8Buffer output, FeedPosition at, string id)
    {
        last = at.ToString();
        output.Append(framing.Separates(output, Sent++) ? framing.Between : []).Append("{\"seq\":"u8);
        _ = at is { Trigger: 0, Low: 0 } ? output.Append(at.Sequence) : output.Text(last);
        return output.Append(",\"id\":"u8).Text(id);
    }
}
