using System.Text.Json;
using Jint;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Scripts;

/// <summary>The JavaScript sync function: it assigns channels, grants access, and accepts or rejects writes.</summary>
/// <param name="source">
/// The function. Null for the default: <c>channel(doc.channels)</c> in the default collection, the name of the collection as channel in
/// others.
/// </param>
/// <param name="collection">The name of the collection in its scope.</param>
/// <param name="log">Where the function writes to.</param>
/// <exception cref="InvalidOperationException">The script is not a function.</exception>
internal sealed class SyncFunction(string? source, string collection, ILogger log)
{
    private readonly Script? script = string.IsNullOrWhiteSpace(source) ? null : new Script(source, ScriptUse.SyncFunction, log).Checked();

    private readonly SyncOutcome? fixedOutcome = collection == CollectionConfiguration.Default
        ? null
        : SyncOutcome.InChannels([collection]);

    /// <param name="input">The new revision.</param>
    /// <param name="writer">The user who writes; null for an administrator.</param>
    /// <exception cref="HttpError">
    /// The status that the function rejected the write with, 403 and 401 among them. 500: the function failed.
    /// </exception>
    public SyncOutcome Run(SyncInput input, UserAccess? writer)
    {
        try
        {
            return script is null ? fixedOutcome ?? Default(input.Body.Sent) : Run(script, input, writer);
        }
        catch (InvalidOperationException error)
        {
            log.SyncFunctionFailed(input.Id, error.Message);
            throw new HttpError(500, "Exception in JS sync function");
        }
    }

    private static SyncOutcome Run(Script script, SyncInput input, UserAccess? writer) => Read(script.Run(engine => engine.Call(
        engine.Function,
        engine.Parse(input.Document(), exact: true),
        engine.Parse(input.OldDocument()),
        engine.Parse(writer?.Describe())).AsString()));

    private static SyncOutcome Default(CanonicalObject document) =>
        document.Value("channels"u8) is { } channels ? SyncOutcome.InChannels(channels.Span[0] == '['
            ? CanonicalObject.ElementsOf(channels).Select(CanonicalObject.TextOf).OfType<string>()
            : CanonicalObject.TextOf(channels) is { } one ? [one] : [])
        : SyncOutcome.None;

    private static SyncOutcome Read(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var result = json.RootElement;
        if (result.TryGetProperty("rejection", out var rejection))
        {
            // Sync Gateway takes the message as a format of Go.
            var message = GoText.Format(rejection.GetProperty("message").GetString()!);
            throw new HttpError((int)rejection.GetProperty("status").GetDouble(), message);
        }

        return new(
            SyncOutcome.Valid(Texts(result.GetProperty("channels"))),
            Lists(result.GetProperty("access"), SyncOutcome.Checked),
            Lists(result.GetProperty("roles"), RoleOf),
            result.GetProperty("expiry").GetString());
    }

    /// <summary>The granted names of each user or role; a grant of <c>*</c> has no effect.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Lists(JsonElement lists, Func<string, string> name) => lists.EnumerateObject()
        .ToDictionary(
            list => list.Name,
            list => (IReadOnlyList<string>)[.. Texts(list.Value).Select(name).Where(one => one != UserAccess.Star)]);

    private static string RoleOf(string text) => text.StartsWith("role:", StringComparison.Ordinal)
        ? text[5..]
        : throw new InvalidOperationException($"Value {GoText.Quote(text)} does not begin with \"role:\"");

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(text => text.GetString()!);
}

/// <summary>The input of a sync function: a new revision.</summary>
/// <param name="Id">The id of the document.</param>
/// <param name="Revision">The id of the revision.</param>
/// <param name="Body">The document as sent.</param>
/// <param name="Attachments">The attachments of the revision.</param>
/// <param name="Parent">The parent revision; null for none.</param>
internal readonly record struct SyncInput(
    string Id, RevisionId Revision, DocumentBody Body, IReadOnlyList<Attachment> Attachments, Revision? Parent)
{
    /// <summary>The new document with its special members.</summary>
    public byte[] Document() => Write(Id, Revision, Body.Deleted, Body.Stored, Attachments);

    /// <summary>The document it replaces, with its id; null when there is none.</summary>
    public byte[]? OldDocument() => Parent?.Body is { } old ? Write(Id, null, Parent.Deleted, old, []) : null;

    /// <summary>The user's members with the special ones among them, sorted.</summary>
    private static byte[] Write(
        string id, RevisionId? revision, bool deleted, ReadOnlyMemory<byte> body, IReadOnlyList<Attachment> attachments)
    {
        var special = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["_id"] = new Utf8Buffer().Text(id).Memory,
        };
        if (revision is { } known)
        {
            special["_rev"] = new Utf8Buffer().Text(known.ToString()).Memory;
        }

        if (deleted)
        {
            special["_deleted"] = "true"u8.ToArray();
        }

        if (attachments.Count > 0)
        {
            var stubs = new Utf8Buffer();
            AttachmentStubs.Write(attachments, stubs);
            special["_attachments"] = stubs.Memory;
        }

        return CanonicalObject.Parse(body)!.With(special);
    }
}

/// <summary>The result of a sync function for one revision.</summary>
/// <param name="Channels">The channels of the revision, sorted.</param>
/// <param name="Access">Granted channels by user name, or by <c>role:</c> and role name.</param>
/// <param name="Roles">Granted roles by user name.</param>
/// <param name="Expiry">The expiry in the format of <c>_exp</c>; null when the function did not set one.</param>
internal sealed record SyncOutcome(
    IReadOnlyList<string> Channels,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Access,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Roles,
    string? Expiry = null)
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Empty = [];

    public static SyncOutcome None { get; } = new([], Empty, Empty);

    public bool HasGrants => Access.Count > 0 || Roles.Count > 0;

    public static SyncOutcome InChannels(IEnumerable<string> channels) =>
        Valid(channels) is { Length: > 0 } valid ? None with { Channels = valid } : None;

    /// <summary>The channel names, sorted; none if <c>*</c> is among them, because it contains every document.</summary>
    /// <exception cref="InvalidOperationException">A name is not one of a channel.</exception>
    public static string[] Valid(IEnumerable<string> channels)
    {
        var names = channels.Select(Checked).Distinct().Order(StringComparer.Ordinal).ToArray();
        return names.Contains(UserAccess.Star) ? [] : names;
    }

    /// <exception cref="InvalidOperationException">The name is not one of a channel.</exception>
    public static string Checked(string name) => name.Length > 0 && !name.Contains(',', StringComparison.Ordinal)
        ? name
        : throw new InvalidOperationException($"Illegal channel name {GoText.Quote(name)}");
}
