using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Reads the feed for one request and writes its rows.</summary>
internal sealed class ChangesReader
{
    private readonly RequestContext context;
    private readonly ChangesRequest request;
    private readonly ChangesFraming framing;
    private readonly DocumentStore documents;
    private long trigger;
    private long lastGrant;
    private string? last;

    public ChangesReader(RequestContext context, ChangesRequest request, ChangesFraming framing)
    {
        this.context = context;
        this.request = request;
        this.framing = framing;
        documents = context.Documents;
        var from = request.Since.ResumeAt;
        (Position, trigger) = (Math.Max(from.Sequence - context.Emulator.Faults.RedeliverRows, 0), from.Trigger);
    }

    /// <summary>The sequence up to which the feed was read.</summary>
    public long Position { get; private set; }

    /// <summary>The sequence before the first skipped one; 0 for none.</summary>
    public long Low { get; private set; }

    /// <summary>Rows written so far.</summary>
    public int Sent { get; private set; }

    public bool IsFull => Sent >= request.Limit;

    /// <summary>The <c>last_seq</c> of the response: the sequence of the last row, or <c>since</c> without rows.</summary>
    public string LastSequence => last ?? request.Since.ToString();

    /// <summary>Writes the rows of the next batch.</summary>
    /// <returns>Whether there may be more rows now.</returns>
    public bool Read(Utf8Buffer output, int batch)
    {
        var (visible, low) = documents.Sequences.Visible();
        if (Low > 0 && low != Low)
        {
            // Skipped sequences have appeared: read again from there.
            (Position, trigger) = (Math.Min(Position, Low), 0);
        }

        Low = low;
        var access = context.Access is { } one ? context.Database.Principals.FindAccess(one.User.Name, documents.Name) : null;
        if (context.Access is not null && access is null)
        {
            return false;
        }

        var filter = (access is null || access.SeesAll ? StarOf(access) : new(access.Channels)).Only(request.Channels);
        return trigger > 0 ? ReadGranted(output, filter, batch) : ReadNext(output, filter, access, visible, batch);
    }

    /// <summary>Writes the rows of the documents in <c>doc_ids</c>.</summary>
    public void ReadIds(Utf8Buffer output)
    {
        var visible = documents.Sequences.Visible().Newest;
        var filter = context.Access is null || context.Access.SeesAll ? ChannelFilter.All : new(context.Access.Channels);
        var rows = request.Ids!.Select(documents.Find).OfType<StoredDocument>()
            .Select(document => filter.RowOf(new(document.Sequence, document, IsRemoval: false), 0))
            .OfType<FeedRow>()
            .Where(row => row.Snapshot.Sequence > Position && row.Snapshot.Sequence <= visible)
            .OrderBy(row => row.Snapshot.Sequence);
        foreach (var row in rows.Where(IsWanted).Take(request.Limit))
        {
            WriteRow(output, new(row.Snapshot.Sequence), row);
        }
    }

    private static ChannelFilter StarOf(UserAccess? access) => access is null
        ? ChannelFilter.All
        : new(new Dictionary<string, long> { [UserAccess.Star] = access.Channels[UserAccess.Star] });

    /// <summary>Writes the next rows in order of sequence, up to the next grant or the user's own row.</summary>
    private bool ReadNext(Utf8Buffer output, ChannelFilter filter, UserAccess? access, long visible, int batch)
    {
        var end = visible;
        var grant = filter.NextGrant(Math.Max(Position, lastGrant)) is { } granted && granted <= visible ? granted : 0;
        var self = access?.User.Sequence is { } sequence && sequence > Position && sequence <= visible ? sequence : 0;
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
            // The row of the user itself, at the sequence of its last change.
            Begin(output, new(self, 0, LowFor(self)), "_user/" + access!.User.Name).Append(",\"changes\":[]}"u8).Append(framing.After);
            Position = self;
            return !IsFull;
        }

        return false;
    }

    /// <summary>Writes the next older documents that a grant made visible.</summary>
    private bool ReadGranted(Utf8Buffer output, ChannelFilter filter, int batch)
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
            (lastGrant, Position, trigger) = (trigger, trigger - 1, 0);
        }

        return !IsFull;
    }

    private void Write(Utf8Buffer output, ChannelFilter filter, SequenceEntry entry)
    {
        if (filter.RowOf(entry, trigger) is { } row && IsWanted(row))
        {
            WriteRow(output, new(entry.Sequence, trigger, LowFor(entry.Sequence)), row);
        }
    }

    private long LowFor(long sequence) => Low > 0 && Low < sequence ? Low : 0;

    private bool IsWanted(FeedRow row) => !(request.ActiveOnly && (row.Deleted || row.Removed is not null));

    private void WriteRow(Utf8Buffer output, FeedPosition at, FeedRow row)
    {
        Begin(output, at, row.Snapshot.Id).Append(row.Deleted ? ",\"deleted\":true"u8 : ""u8);
        _ = row.Removed is { } removed ? output.Append(",\"removed\":"u8).Texts(removed) : output;
        if (request.IncludeDocuments && (row.Removed is not null || row.Snapshot.Body is not null))
        {
            var view = RevisionView.From(row.Snapshot with { Revision = row.Revision }, hidden: row.Removed is not null && !row.Deleted);
            output.Append(",\"doc\":"u8).Append(IsReadFromStorage(row) ? view.WriteStored() : view.Write());
        }

        output.Append(",\"changes\":["u8);
        foreach (var leaf in request.AllLeaves && row.Removed is null ? row.Snapshot.Leaves : [row.Revision])
        {
            output.Append(output.Written[^1] == '[' ? "{\"rev\":"u8 : ",{\"rev\":"u8).Text(leaf.ToString()).Append((byte)'}');
        }

        output.Append("]}"u8).Append(framing.After);
    }

    /// <summary>Sync Gateway reads some documents from its storage instead of its cache; their members have another order.</summary>
    private bool IsReadFromStorage(FeedRow row) =>
        row.Removed is null && (request.Ids is not null || (request.AllLeaves && row.Snapshot.Leaves.Count > 1));

    private Utf8Buffer Begin(Utf8Buffer output, FeedPosition at, string id)
    {
        last = at.ToString();
        output.Append(framing.NeedsSeparator(output, Sent++) ? framing.Between : []).Append("{\"seq\":"u8);
        _ = at is { Trigger: 0, Low: 0 } ? output.Append(at.Sequence) : output.Text(last);
        return output.Append(",\"id\":"u8).Text(id);
    }
}

/// <summary>The separators between and after the rows of a feed.</summary>
internal sealed record ChangesFraming(byte[] Between, byte[] After, bool EachMessage)
{
    /// <summary>One JSON array for the whole response.</summary>
    public static ChangesFraming Whole { get; } = new([.. ","u8], [.. "\n"u8], EachMessage: false);

    /// <summary>One row per line.</summary>
    public static ChangesFraming Lines { get; } = new([], [.. "\n"u8], EachMessage: false);

    /// <summary>One JSON array per message.</summary>
    public static ChangesFraming Messages { get; } = new([.. ","u8], [], EachMessage: true);

    /// <summary>Whether a separator precedes the next row.</summary>
    public bool NeedsSeparator(Utf8Buffer output, int sent) => EachMessage ? output.Length > 1 : sent > 0;
}
