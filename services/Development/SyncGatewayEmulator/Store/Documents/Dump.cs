using System.Text.Json;
using System.Text.Json.Serialization;
using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>The content of a keyspace with its revision trees, as JSON, to restore it after a restart.</summary>
internal sealed record Dump(IReadOnlyList<Dump.Document> Documents, IReadOnlyList<Dump.Local> Locals)
{
    private const long MaxSequence = 1L << 32;

    // An invalid dump is an error; it is never restored partially.
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static byte[] Write(IEnumerable<Database> databases) =>
        JsonSerializer.SerializeToUtf8Bytes(
            databases.SelectMany(database => database.Collections.Select(store => (Key: database.KeyspaceOf(store), store)))
                .ToDictionary(one => one.Key, one => Of(one.store)),
            Strict);

    /// <returns>The dump of each keyspace.</returns>
    /// <exception cref="JsonException">The dump is invalid.</exception>
    public static IReadOnlyDictionary<string, Dump> Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Dictionary<string, Dump>>(json, Strict) ?? throw new JsonException("a dump must not be null");

    private static Dump Of(DocumentStore store) => new(
        [.. store.All.Select(Of).Where(document => document.Revisions.Count > 0).OrderBy(document => document.Sequence)],
        [.. store.Locals.All.Select(local => new Local(local.Id, local.Number, local.Body))]);

    /// <exception cref="JsonException">A revision id or a sequence is invalid.</exception>
    public void RestoreTo(DocumentStore store)
    {
        // Documents keep their sequences, so that readers of the feed can resume.
        var last = 0L;
        foreach (var document in Present(Documents))
        {
            last = document.Sequence > last && document.Sequence < MaxSequence
                ? document.Sequence
                : throw new JsonException($"sequence {document.Sequence} is out of order");
            if (!store.Restore(document.ToStored(store)))
            {
                throw new JsonException($"sequence {document.Sequence} occurs twice");
            }
        }

        foreach (var local in Present(Locals))
        {
            store.Locals.Restore(local.Id, local.Number, local.Body);
        }
    }

    /// <summary>Rejects null elements; the serializer checks only members for null.</summary>
    private static IEnumerable<T> Present<T>(IEnumerable<T?> elements)
        where T : class => elements.Select(element => element ?? throw new JsonException("an element of a dump must not be null"));

    private static Document Of(StoredDocument document)
    {
        lock (document)
        {
            // Parents before children, so that one pass restores them.
            var nodes = document.Tree.LeavesAsWritten.SelectMany(leaf => leaf.History().Reverse()).Distinct();
            return new(
                document.DocumentId,
                document.Sequence,
                document.Expires,
                [.. nodes.Select(node => new Node(
                    node.Id.ToString(),
                    node.Parent?.Id.ToString(),
                    document.Tree.IsLeaf(node),
                    node.Deleted,
                    node.Body?.ToArray(),
                    node.Attachments,
                    node.Outcome == SyncOutcome.None ? null : node.Outcome))],
                document.Channels?.All.Select(pair => new Channel(pair.Key, pair.Value)).ToList());
        }
    }

    internal sealed record Document(
        string Id, long Sequence, long Expires, IReadOnlyList<Node> Revisions, IReadOnlyList<Channel>? Channels = null)
    {
        public StoredDocument ToStored(DocumentStore store)
        {
            var stored = new StoredDocument(Id, store) { Sequence = Sequence, Expires = Expires };
            var known = new Dictionary<string, Revision>();
            foreach (var node in Present(Revisions))
            {
                var parent = node.Parent is { } id ? known.GetValueOrDefault(id) : null;
                var valid = RevisionId.TryParse(node.Id, out var revisionId)
                    ? revisionId
                    : throw new JsonException($"{node.Id} is not a revision id");
                var body = node.Body is { } json ? new ArraySegment<byte>(json) : default;
                var revision = known[node.Id] = new(valid, parent, node.Deleted, body, [.. Present(node.Attachments)], node.Outcome);
                if (node.Leaf)
                {
                    stored.Tree.Add(revision);
                }
            }

            foreach (var channel in Present(Channels ?? []))
            {
                (stored.Channels ??= new()).Restore(channel.Name, channel.Removal);
            }

            return stored;
        }
    }

    internal sealed record Node(
        string Id,
        string? Parent,
        bool Leaf,
        bool Deleted,
        [property: JsonConverter(typeof(RawJson))] byte[]? Body,
        IReadOnlyList<Attachment> Attachments,
        SyncOutcome? Outcome = null);

    internal sealed record Channel(string Name, ChannelRemoval? Removal = null);

    internal sealed record Local(string Id, int Number, [property: JsonConverter(typeof(RawJson))] byte[] Body);

    /// <summary>Writes bytes that already are JSON.</summary>
    internal sealed class RawJson : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Json.CanonicalObject.Parse(JsonSerializer.SerializeToUtf8Bytes(JsonElement.ParseValue(ref reader)))?.Json.ToArray()
                ?? throw new JsonException("a body is missing");

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteRawValue(value);
    }
}
