using System.Globalization;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>The options of a read.</summary>
internal sealed record ReadOptions
{
    /// <summary>The number of revision ids to return in <c>_revisions</c>; 0 for none.</summary>
    public int History { get; init; }

    /// <summary>Revision ids that the client has; the history ends at the first of them.</summary>
    public IReadOnlyList<string> HistoryFrom { get; init; } = [];

    public bool Attachments { get; init; }

    /// <summary>Revision ids whose attachments the client has.</summary>
    public IReadOnlyList<string> AttachmentsSince { get; init; } = [];

    public bool Expiry { get; init; }

    /// <exception cref="HttpError">400: not an array of strings.</exception>
    public static ReadOptions Read(RequestContext context)
    {
        var from = List(context, "revs_from");
        var since = List(context, "atts_since");
        return new()
        {
            History = context.Flag("revs") ? Number(context, "revs_limit") : 0,
            HistoryFrom = from ?? since ?? [],
            Attachments = context.Flag("attachments"),
            AttachmentsSince = since ?? [],
            Expiry = context.Flag("show_exp"),
        };
    }

    /// <summary>The part of a history to return.</summary>
    public IReadOnlyList<RevisionId> Cut(IReadOnlyList<RevisionId> history)
    {
        if (History == 0)
        {
            return [];
        }

        var wanted = new List<RevisionId>();
        foreach (var id in history.Take(History))
        {
            wanted.Add(id);
            if (HistoryFrom.Contains(id.ToString()))
            {
                break;
            }
        }

        return wanted;
    }

    /// <summary>Whether to return the data of an attachment.</summary>
    public bool IncludesData(Attachment attachment, IReadOnlyList<RevisionId> history) => Attachments
        && attachment.FromGeneration > history.FirstOrDefault(id => AttachmentsSince.Contains(id.ToString())).Generation;

    private static int Number(RequestContext context, string name) =>
        int.TryParse(context.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;

    private static IReadOnlyList<string>? List(RequestContext context, string name) =>
        context.QueryTexts(name, $"{name} URL param is not a JSON string array");
}
