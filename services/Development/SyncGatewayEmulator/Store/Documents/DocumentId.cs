using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>The rules for document ids.</summary>
internal static class DocumentId
{
    private const int MaxBytes = 250;

    /// <exception cref="HttpError">400: the id is empty, longer than 250 bytes, or begins with an underscore.</exception>
    public static string Check(string id) => IsValid(id) ? id : throw new HttpError(400, "Invalid doc ID");

    public static bool IsValid(string id) => id.Length is > 0 and <= MaxBytes && id[0] != '_'
        && (id.Length <= MaxBytes / 3 || ByteText.ToBytes(id).Length <= MaxBytes);
}
