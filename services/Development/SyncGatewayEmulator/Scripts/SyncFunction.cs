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
/// <exception cref="InvalidOperationException">The script is not a function.</exception>
internal sealed class SyncFunction(string? source, string collection)
{
    // Names that start with $ are internal.
    private const string Library = """
        var $out, $user;
        var console = { log: function () {}, error: function () {}, warn: function () {} };
        function log() {}
        function $flat(values) {
          var found = [];
          for (var i = 0; i < values.length; i++) {
            var value = values[i];
            if (typeof value === 'string') found.push(value);
            else if (Array.isArray(value)) found = found.concat($flat(value));
          }
          return found;
        }
        function $grant(to, names, values) {
          $flat([names]).forEach(function (name) { to[name] = (to[name] || []).concat($flat([values])); });
        }
        function channel() { $out.channels = $out.channels.concat($flat(arguments)); }
        function access(users, channels) { $grant($out.access, users, channels); }
        function role(users, roles) { $grant($out.roles, users, roles); }
        function expiry(value) { $out.expiry = value === undefined ? null : String(value); }
        function requireUser(names) {
          if ($user && $flat([names]).indexOf($user.name) < 0) throw { forbidden: 'sg wrong user' };
        }
        function requireRole(names) {
          if ($user && !$flat([names]).some(function (name) { return $user.roles.indexOf(name.replace(/^role:/, '')) >= 0; })) throw { forbidden: 'sg missing role' };
        }
        function requireAccess(channels) {
          if ($user && !$flat([channels]).some(function (name) { return $user.channels.indexOf('*') >= 0 || $user.channels.indexOf(name) >= 0; })) throw { forbidden: 'sg missing channel access' };
        }
        function requireAdmin() { if ($user) throw { forbidden: 'sg admin required' }; }
        function $call(sync, doc, oldDoc, user) {
          $user = user;
          $out = { channels: [], access: {}, roles: {}, expiry: null };
          try {
            sync(doc, oldDoc, { xattrs: {} });
          } catch (error) {
            if (error && typeof error === 'object' && error.forbidden !== undefined) $out.forbidden = String(error.forbidden);
            else if (error && typeof error === 'object' && error.unauthorized !== undefined) $out.unauthorized = String(error.unauthorized);
            else $out.failed = String(error);
          }
          return JSON.stringify($out);
        }
        """;

    private readonly Script? script = string.IsNullOrWhiteSpace(source) ? null : new Script(source, Library).Checked();

    private readonly SyncOutcome? fixedOutcome = collection == CollectionConfiguration.Default
        ? null
        : SyncOutcome.InChannels([collection]);

    /// <param name="input">The new revision.</param>
    /// <param name="writer">The user who writes; null for an administrator.</param>
    /// <exception cref="HttpError">403 or 401: the function rejected the write. 500: the function failed.</exception>
    public SyncOutcome Run(SyncInput input, UserAccess? writer) =>
        script is null ? fixedOutcome ?? Default(input.Body.Sent) : Run(script, input, writer);

    private static SyncOutcome Run(Script script, SyncInput input, UserAccess? writer)
    {
        try
        {
            var answer = script.Run(engine => engine.CallNamed(
                "$call", engine.Function, engine.Parse(input.Document()), engine.Parse(input.OldDocument()), engine.Parse(writer?.Describe())).AsString());
            return Read(answer);
        }
        catch (InvalidOperationException)
        {
            throw Failed();
        }
    }

    private static SyncOutcome Default(CanonicalObject document) =>
        document.Value("channels"u8) is { } channels ? SyncOutcome.InChannels(channels.Span[0] == '['
            ? CanonicalObject.ElementsOf(channels).Select(CanonicalObject.TextOf).OfType<string>()
            : CanonicalObject.TextOf(channels) is { } one ? [one] : [])
        : SyncOutcome.None;

    private static SyncOutcome Read(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var result = json.RootElement;
        if (result.TryGetProperty("forbidden", out var forbidden))
        {
            throw new HttpError(403, forbidden.GetString()!);
        }

        if (result.TryGetProperty("unauthorized", out var unauthorized))
        {
            throw new HttpError(401, unauthorized.GetString()!);
        }

        if (result.TryGetProperty("failed", out _))
        {
            throw Failed();
        }

        var roles = Lists(result.GetProperty("roles"), name => name.StartsWith("role:", StringComparison.Ordinal) ? name[5..] : "");
        return new(
            SyncOutcome.Valid(Texts(result.GetProperty("channels"))),
            Lists(result.GetProperty("access"), channel => channel),
            roles,
            result.GetProperty("expiry").GetString());
    }

    private static Dictionary<string, IReadOnlyList<string>> Lists(JsonElement lists, Func<string, string> name) => lists.EnumerateObject()
        .ToDictionary(list => list.Name, list => (IReadOnlyList<string>)[.. Texts(list.Value).Select(name).Where(one => one.Length > 0)]);

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(text => text.GetString()!);

    private static HttpError Failed() => new(500, "Exception in JS sync function");
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
    private static byte[] Write(string id, RevisionId? revision, bool deleted, byte[] body, IReadOnlyList<Attachment> attachments)
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

    /// <summary>The valid channel names, sorted; <c>*</c> is left out, because it contains every document.</summary>
    public static string[] Valid(IEnumerable<string> channels) =>
        [.. channels.Where(name => name.Length > 0 && name != "*" && !name.Contains(',', StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
}
