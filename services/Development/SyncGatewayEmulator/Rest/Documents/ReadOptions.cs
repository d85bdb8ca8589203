using System.Globalization;
using System.Text;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>How much of a revision a reader wants.</summary>
internal sealed record ReadOptions
{
    /// <summary>How many ids of its history; 0 for none.</summary>
    public int History { get; init; }

    /// <summary>Ids that the reader knows: history ends with the first of them.</summary>
    public IReadOnlyList<string> HistoryFrom { get; init; } = [];

    public bool Attachments { get; init; }

    /// <summary>Ids whose attachments the reader has.</summary>
    public IReadOnlyList<string> AttachmentsSince { get; init; } = [];

    public bool Expiry { get; init; }

    /// <exception cref="HttpError">400: a list is none.</exception>
    public static ReadOptions Read(RequestContext context)
    {
        var since = List(context, "atts_since");
        return new()
        {
            History = context.Flag("revs") ? Number(context, "revs_limit") : 0,
            HistoryFrom = List(context, "revs_from") ?? since ?? [],
            Attachments = context.Flag("attachments"),
            AttachmentsSince = since ?? [],
            Expiry = context.Flag("show_exp"),
        };
    }

    /// <summary>The part of a history that is wanted.</summary>
    public IReadOnlyList<RevisionId> Cut(IReadOnlyList<RevisionId> history)
    {
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

    /// <summary>Whether the reader wants an attachment's data.</summary>
    public bool Wants(Attachment attachment, IReadOnlyList<RevisionId> history) => Attachments
        && attachment.FromGeneration > history.FirstOrDefault(id => AttachmentsSince.Contains(id.ToString())).Generation;

    private static int Number(RequestContext context, string name) =>
        int.TryParse(context.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;

    private static IReadOnlyList<string>? List(RequestContext context, string name) =>
        context.Query(name) is { } json ? DocumentBody.ParseStrings(Encoding.UTF8.GetBytes(json)) : null;
}
