using System.Text.Json.Nodes;

namespace OfflineActions.SyncGateway;

/// <summary>An attachment as a document describes it: everything but its content.</summary>
/// <param name="Name">Its name in the document.</param>
/// <param name="ContentType">The media type that the app gave it, which may be wrong; null when there is none.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Digest">
/// <c>sha1-</c> and the SHA-1 of its content in base64: another content has another digest.
/// </param>
public sealed record Attachment(string Name, string? ContentType, long Length, string Digest)
{
    /// <summary>
    /// The property of a document that describes its attachments. A handler that reads attachments names it among its inputs.
    /// </summary>
    public const string Input = "_attachments";

    /// <summary>
    /// Whether the app compressed the content itself (<c>encoding</c>). It is read unpacked, while <see cref="Length"/> and <see cref="Digest"/>
    /// are those of the packed content: they limit and check nothing. Count the bytes while you read and stop at your limit, or refuse it.
    /// </summary>
    public bool IsEncoded { get; init; }

    /// <summary>The attachments in a document's <see cref="Input"/>, in the document's order. What is no attachment is left out.</summary>
    public static IReadOnlyList<Attachment> ReadAll(JsonNode? attachments)
    {
        if (attachments is not JsonObject all)
        {
            return [];
        }

        var found = new List<Attachment>();
        foreach (var (name, value) in all)
        {
            if (value is JsonObject stub && Text(stub["digest"]) is { Length: > 0 } digest)
            {
                found.Add(new Attachment(name, Text(stub["content_type"]), Number(stub["length"]), digest)
                {
                    IsEncoded = stub["encoding"] is not null,
                });
            }
        }

        return found;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static long Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<long>(out var number) && number >= 0 ? number : 0;
}
