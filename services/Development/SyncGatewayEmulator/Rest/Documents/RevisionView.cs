using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>A revision as a user may see it.</summary>
internal sealed class RevisionView
{
    private const int LargestInline = 200;

    private readonly ReadOptions options;

    private RevisionView(DocumentSnapshot snapshot, ReadOptions options, bool shown, bool hidden)
    {
        Snapshot = snapshot;
        this.options = options;
        ShowDeleted = shown;
        Hidden = hidden;
    }

    public DocumentSnapshot Snapshot { get; }

    /// <summary>Whether the user may see only that the revision exists.</summary>
    public bool Hidden { get; }

    public bool HasData => !Hidden && Snapshot.Attachments.Any(WantsData);

    private bool ShowDeleted { get; }

    /// <param name="document">The document; null when it does not exist.</param>
    /// <param name="revision">The requested revision; null for the winner.</param>
    /// <param name="access">The user who reads; null for an administrator.</param>
    /// <param name="options">The options of the read.</param>
    /// <exception cref="HttpError">404: the revision does not exist. 403: the user may not see it.</exception>
    public static RevisionView Find(StoredDocument? document, string? revision, UserAccess? access, ReadOptions options)
    {
        // An invalid id is answered like one that does not exist.
        var id = revision is null ? default(RevisionId?) : RevisionId.TryParse(revision, out var parsed) ? parsed : throw Missing();
        var snapshot = document?.Read(id, options.History > 0 || options.AttachmentsSince.Count > 0) ?? throw Missing();
        var hidden = !(access?.CanSee(snapshot.Outcome) ?? true);
        if (hidden)
        {
            return revision is not null ? new(snapshot, options, shown: false, hidden: true)
                : throw (snapshot.Deleted ? Deleted() : new HttpError(403, "forbidden"));
        }

        if (snapshot.Deleted && revision is null)
        {
            throw Deleted();
        }

        // A revision is not returned with a part of the data that was asked for.
        return snapshot.Body is null || snapshot.Attachments.Any(one => one.Data is null && options.IncludesData(one, snapshot.History))
            ? throw Missing()
            : new(snapshot, options, shown: true, hidden: false);
    }

    /// <summary>The view of a snapshot that was already read.</summary>
    public static RevisionView From(DocumentSnapshot snapshot, bool hidden = false) => new(snapshot, new(), shown: true, hidden);

    /// <summary>Writes the document: the user's and the special members, sorted.</summary>
    /// <param name="apart">Whether large attachments follow as MIME parts.</param>
    public byte[] Write(bool apart = false)
    {
        // In this order.
        var special = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        if (!Hidden && (Snapshot.Attachments.Count > 0 || (AttachmentStubs.IsWritten(Snapshot.Attachments) && !options.Attachments)))
        {
            var attachments = new Utf8Buffer();
            AttachmentStubs.Write(Snapshot.Attachments, attachments, form: attachment => !WantsData(attachment) ? AttachmentForm.Stub
                : apart && attachment.Data!.Length > LargestInline ? AttachmentForm.Follows
                : AttachmentForm.Data);
            special.Add(new("_attachments", attachments.Memory));
        }

        if (Snapshot.Deleted && ShowDeleted)
        {
            special.Add(new("_deleted", "true"u8.ToArray()));
        }

        if (Snapshot.Expires > 0 && options.Expiry)
        {
            special.Add(new("_exp", new Utf8Buffer(32).Text(Expiry.Format(Snapshot.Expires)).Memory));
        }

        special.Add(new("_id", new Utf8Buffer(Snapshot.Id.Length + 2).Text(Snapshot.Id).Memory));
        if (Hidden)
        {
            special.Add(new("_removed", "true"u8.ToArray()));
        }

        special.Add(new("_rev", new Utf8Buffer(64).Text(Snapshot.Revision.ToString()).Memory));
        if (options.Cut(Snapshot.History) is { Count: > 0 } history)
        {
            special.Add(new("_revisions", RevisionHistory.Write(history)));
        }

        return CanonicalObject.AddSpecial(Hidden ? "{}"u8.ToArray() : Snapshot.Body!.Value, special);
    }

    /// <summary>
    /// Writes the document in the order of Sync Gateway's storage: the user's members, then the special ones. For a revision that may be
    /// seen.
    /// </summary>
    public byte[] WriteStored()
    {
        var body = Snapshot.Body!.Value.Span;
        var output = new Utf8Buffer(body.Length + 128).Append(body[..^1]);
        output.Append(output.Length > 1 ? ",\"_id\":"u8 : "\"_id\":"u8).Text(Snapshot.Id)
            .Append(",\"_rev\":"u8).Text(Snapshot.Revision.ToString());
        if (Snapshot.Attachments.Count > 0)
        {
            AttachmentStubs.Write(Snapshot.Attachments, output.Append(",\"_attachments\":"u8), withVersion: true);
        }

        output.Append(Snapshot.Deleted ? ",\"_deleted\":true"u8 : ""u8);
        _ = Snapshot.History.Count > 0
            ? output.Append(",\"_revisions\":"u8).Append(RevisionHistory.Write(Snapshot.History))
            : output;
        return output.Append((byte)'}').ToArray();
    }

    /// <summary>Writes the document and its large attachments as MIME parts.</summary>
    public void WriteParts(MultipartWriter parts)
    {
        parts.AddJson("application/json", Write(apart: true));
        foreach (var attachment in Snapshot.Attachments.Where(one => WantsData(one) && one.Data!.Length > LargestInline))
        {
            var headers = new List<KeyValuePair<string, string>>
            {
                new("Content-Disposition", $"attachment; filename={GoText.Quote(attachment.Name)}"),
            };
            if (attachment.ContentType is { Length: > 0 } type)
            {
                headers.Add(new("Content-Type", type));
            }

            parts.Add(headers, attachment.Data);
        }
    }

    /// <summary>Writes document and attachments as one MIME part.</summary>
    public void WriteAsPart(MultipartWriter parts)
    {
        if (!HasData)
        {
            parts.AddJson("application/json", Write());
            return;
        }

        var nested = parts.Nest();
        WriteParts(nested);
        parts.Add(
            [
                new("Content-Type", $"multipart/related; boundary=\"{nested.Boundary}\""),
                new("X-Doc-Id", Snapshot.Id),
                new("X-Rev-Id", Snapshot.Revision.ToString()),
            ],
            nested.Close().Span[..^2]);
    }

    private bool WantsData(Attachment attachment) => attachment.Data is not null && options.IncludesData(attachment, Snapshot.History);

    private static HttpError Missing() => new(404, "missing");

    private static HttpError Deleted() => new(404, "deleted");
}
