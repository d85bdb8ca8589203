using System.Buffers;
using System.Text.Unicode;

namespace OfflineActions.SyncGateway;

/// <summary>Sync Gateway's rule for a document's <c>_id</c>.</summary>
public static class DocumentId
{
    private const int MaxBytes = 250;

    /// <summary>Whether a document can have this id: 1 to 250 bytes of UTF-8 that do not begin with <c>_</c>.</summary>
    public static bool IsValid(string? id) => id is { Length: > 0 and <= MaxBytes } && id[0] != '_' && FitsUtf8(id);

    private static bool FitsUtf8(string id)
    {
        // Half of a surrogate pair has no UTF-8: it would be sent as U+FFFD, which is the id of another document.
        Span<byte> bytes = stackalloc byte[3 * MaxBytes];
        return Utf8.FromUtf16(id, bytes, out _, out var written, replaceInvalidSequences: false)
            is OperationStatus.Done && written <= MaxBytes;
    }
}
