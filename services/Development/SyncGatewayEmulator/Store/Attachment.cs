namespace OfflineActions.Emulators.Store;

/// <summary>One attachment of a revision. Revisions that keep it share it.</summary>
/// <param name="Name">Its name in the document.</param>
/// <param name="ContentType">Its media type, if it was given one.</param>
/// <param name="Digest"><c>sha1-</c> and the SHA-1 of the data in base64.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="FromGeneration">The generation that brought it (<c>revpos</c>).</param>
/// <param name="Data">The bytes, unless only a stub ever came.</param>
/// <param name="Encoding">How the bytes are compressed, if they are.</param>
/// <param name="EncodedLength">Their size as they are, when compressed.</param>
internal sealed record Attachment(
    string Name,
    string? ContentType,
    string Digest,
    long Length,
    int FromGeneration,
    byte[]? Data,
    string? Encoding = null,
    long EncodedLength = 0);
