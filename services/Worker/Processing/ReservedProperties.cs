using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// The properties of a document that no result may have. With them a handler would write the app's request, the state of the worker, or
/// delete the app's attachments.
/// </summary>
internal static class ReservedProperties
{
    /// <summary>Their names. A name that begins with <c>_</c> belongs to Sync Gateway.</summary>
    private static readonly HashSet<string> Names = new(
        [
            "action", "error", Chain.Then, Chain.Note, ProgressNote.Name, "priority", "notBefore", "expiresAt", "requestedAt", "traceparent",
        ],
        StringComparer.Ordinal);

    /// <summary>The first property of a result that it may not have; null when there is none.</summary>
    public static string? Find(ActionResult result) => result is ActionResult.Succeeded { Properties: { } properties }
        ? properties.Select(property => property.Key).FirstOrDefault(IsReserved)
        : null;

    private static bool IsReserved(string name) => name.StartsWith('_') || Names.Contains(name);
}
