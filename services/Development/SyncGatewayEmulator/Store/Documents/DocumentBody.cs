using System.Text;
using System.Text.Json;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>A parsed and validated document that a client sent.</summary>
internal sealed class DocumentBody
{
    private static readonly string[] Reserved = ["_id", "_rev", "_revisions", "_exp", "_attachments"];

    private DocumentBody(CanonicalObject sent)
    {
        Sent = sent;
        Deleted = sent.IsTrue("_deleted"u8);

        // _deleted is part of the revision digest, but not of the stored body.
        Digested = sent.Members.Exists(static member => IsReserved(member.Name.Span))
            ? sent.Only(static name => !IsReserved(name.Span))
            : sent.Bytes;
        Stored = sent.Value("_deleted"u8) is null
            ? Digested
            : sent.Only(static name => !IsReserved(name.Span) && !name.Span.SequenceEqual("_deleted"u8));
    }

    /// <summary>The body that DELETE writes.</summary>
    public static DocumentBody Tombstone { get; } = Parse("""{"_deleted":true}"""u8.ToArray());

    /// <summary>The whole document as sent.</summary>
    public CanonicalObject Sent { get; }

    public bool Deleted { get; }

    public byte[] Stored { get; }

    public byte[] Digested { get; }

    public string? Id => Sent.Text("_id"u8);

    /// <summary>Whether the document was sent with a <c>_rev</c> other than null.</summary>
    public bool HasRevision => Sent.Value("_rev"u8) is { } revision && !revision.Span.SequenceEqual("null"u8);

    public string? Revision => Sent.Text("_rev"u8) is { Length: > 0 } revision ? revision : null;

    /// <exception cref="HttpError">400: not a JSON object.</exception>
    public static DocumentBody Parse(ReadOnlyMemory<byte> json) =>
        new(ParseObject(json) ?? throw new HttpError(400, "Document body is empty"));

    /// <summary>Checks what Sync Gateway rejects before it looks at the document that exists.</summary>
    /// <exception cref="HttpError">400: a reserved member.</exception>
    public void CheckReserved()
    {
        if (Sent.Value("_sync"u8) is not null)
        {
            throw new HttpError(400, "document-top level property '_sync' is a reserved internal property");
        }
    }

    /// <summary>Checks what Sync Gateway rejects after it has found that the revision is not in conflict.</summary>
    /// <exception cref="HttpError">400: a member is not allowed. 404: the body is of a revision that the writer may not see.</exception>
    public void CheckMembers()
    {
        if (Sent.Value("_removed"u8) is { } removed && !removed.Span.SequenceEqual("null"u8))
        {
            throw new HttpError(404, "Document revision is not accessible");
        }

        if (Sent.Value("_purged"u8) is not null)
        {
            throw new HttpError(400, "user defined top-level property '_purged' is not allowed in document body");
        }

        if (Sent.Members.Exists(static member => member.Name.Span.StartsWith("_sync_"u8)))
        {
            throw new HttpError(400, "user defined top-level properties that start with '_sync_' are not allowed in document body");
        }
    }

    /// <exception cref="HttpError">400: not a JSON object.</exception>
    public static CanonicalObject? ParseObject(ReadOnlyMemory<byte> json)
    {
        try
        {
            return CanonicalObject.Parse(json);
        }
        catch (JsonException)
        {
            // Go reads some texts that .NET does not, for example letters right after null.
            return GoJson.Decode(json.Span, GoTypes.Body) is { } reason
                ? throw HttpError.BadJson(reason)
                : CanonicalObject.Parse(GoJson.FirstValue(json));
        }
    }

    /// <summary>The strings of a JSON array; null for any other text.</summary>
    public static IReadOnlyList<string>? ReadStrings(ReadOnlyMemory<byte> json)
    {
        if (GoJson.Unmarshal(json.Span, GoType.Texts) is not null)
        {
            return null;
        }

        // Wrapped in an object, so that it is normalized like any other request body.
        var member = new Utf8Buffer(json.Length + 8).Append("{\"a\":"u8).Append(json.Span).Append((byte)'}');
        return [.. CanonicalObject.ElementsOf(CanonicalObject.Parse(member.Memory)!.Value("a"u8)!.Value)
            .Select(element => CanonicalObject.TextOf(element) ?? "")];
    }

    private static bool IsReserved(ReadOnlySpan<byte> name)
    {
        if (name is not [(byte)'_', ..])
        {
            return false;
        }

        foreach (var reserved in Reserved)
        {
            if (Ascii.Equals(name, reserved))
            {
                return true;
            }
        }

        return false;
    }
}
