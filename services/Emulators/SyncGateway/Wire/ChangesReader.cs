using System.Globalization;
using Emulators.Json;
using Emulators.SyncGateway.Store;

namespace Emulators.SyncGateway.Wire;

/// <summary>Walks the feed for one request and writes its rows.</summary>
internal sealed class ChangesReader(Exchange exchange, ChangesRequest request)
{
    private readonly DocumentStore documents = exchange.Database.Documents;
    private string? last;

    /// <summary>Up to where the feed has been looked through.</summary>
    public long Position { get; private set; } = request.Since;

    /// <summary>Rows written so far.</summary>
    public int Sent { get; private set; }

    /// <summary>What the answer's <c>last_seq</c> says: the last row's sequence, or what the client came with.</summary>
    public string LastSequence => last ?? (request.Since == 0 ? "0" : request.SinceText.Trim('"'));

    /// <summary>Writes the rows of the next batch.</summary>
    /// <returns>Whether there may be more now.</returns>
    public bool Read(Utf8Buffer output, int batch)
    {
        var visible = documents.Sequences.Visible();
        var found = documents.Sequences.Read(Position, visible, batch);
        var end = found.Count < batch ? visible : found[^1].Sequence;
        WriteUser(output, end);
        foreach (var (sequence, document) in found)
        {
            if (Sent >= request.Limit)
            {
                return false;
            }

            // One that moved on meanwhile is listed where it is now.
            if (document.ReadLeaves() is { } snapshot && snapshot.Sequence == sequence && Wanted(snapshot))
            {
                WriteRow(output, snapshot);
            }
        }

        Position = Math.Max(Position, end);
        return found.Count == batch && Sent < request.Limit;
    }

    private bool Wanted(DocumentSnapshot snapshot) =>
        !(request.ActiveOnly && snapshot.Deleted)
        && (request.Ids?.Contains(snapshot.Id) ?? true)
        && (request.Channels is null || ChannelsOf(snapshot).Any(request.Channels.Contains));

    /// <summary>A user on the public port sees its own creation.</summary>
    private void WriteUser(Utf8Buffer output, long upTo)
    {
        if (exchange.User is { } user
            && request.Ids is null
            && exchange.Database.Principals.TryGetValue(user, out var sequence)
            && sequence > Position
            && sequence <= upTo
            && Sent < request.Limit)
        {
            Begin(output, sequence, "_user/" + user).Append(",\"changes\":[]}\n"u8);
        }
    }

    private void WriteRow(Utf8Buffer output, DocumentSnapshot snapshot)
    {
        Begin(output, snapshot.Sequence, snapshot.Id).Append(snapshot.Deleted ? ",\"deleted\":true"u8 : ""u8);
        if (request.IncludeDocuments && snapshot.Body is not null)
        {
            output.Append(",\"doc\":"u8).Append(DocumentReading.Write(exchange, snapshot));
        }

        output.Append(",\"changes\":["u8);
        foreach (var leaf in request.AllLeaves ? snapshot.Leaves : [snapshot.Revision])
        {
            output.Append(output.Written[^1] == '[' ? "{\"rev\":"u8 : ",{\"rev\":"u8).Text(leaf.ToString()).Append((byte)'}');
        }

        output.Append("]}\n"u8);
    }

    private Utf8Buffer Begin(Utf8Buffer output, long sequence, string id)
    {
        last = sequence.ToString(CultureInfo.InvariantCulture);
        return output.Append(Sent++ > 0 ? ",{\"seq\":"u8 : "{\"seq\":"u8).Append(sequence).Append(",\"id\":"u8).Text(id);
    }

    /// <summary>What the default sync function says: the document's own <c>channels</c>, one or several.</summary>
    private static IEnumerable<string> ChannelsOf(DocumentSnapshot snapshot)
    {
        if (snapshot.Body is not { } body || CanonicalObject.Parse(body)!.Value("channels"u8) is not { } channels)
        {
            return [];
        }

        return channels.Span[0] == '['
            ? CanonicalObject.ElementsOf(channels).Select(CanonicalObject.TextOf).OfType<string>()
            : CanonicalObject.TextOf(channels) is { } one ? [one] : [];
    }
}
