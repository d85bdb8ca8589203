using System.Text;
using CsCheck;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.Fuzzing;

/// <summary>Documents, whole ones and damaged ones: bytes are changed, added, moved, repeated and removed.</summary>
internal static class DamagedJson
{
    /// <summary>No input is longer.</summary>
    public const int MaxBytes = 16 * 1_024;

    /// <summary>What decides how a document is read.</summary>
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "0", "-", "1e9999999999", "\"\\ud800\"", "\\udc00", "\\u0000", "\\", "\ufeff", "\0",
            ",\"_id\":\"d\"", ",\"_rev\":\"1-a\"", "\"\\u005fid\":\"x\",", "\"_deleted\":true,", "\"action\":\"person_request\",",
            "\"action\":\"person_failure\",", "\"then\":[\"person_request\"],", "\"progress\":{\"nextAttemptAt\":\"9999-12-31T23:59:59Z\"},",
            "\"chain\":{\"after\":\"1-a\"},", "\"_attachments\":{\"a\":{\"digest\":\"sha1-x\",\"length\":-1}},", "{\"a\":", "[[[[", "]]]]", "{}{}", "//", "\r\n",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0xC0, 0x80],
    ];

    /// <summary>Objects with the members that the services read, and others.</summary>
    public static Gen<byte[]> Documents { get; } = Gen.Select(
        Gen.Frequency((8, Whole), (1, RandomJson.Values)),
        Gen.Frequency((2, Gen.Const(Array.Empty<Edit>())), (5, Edits.Array[1, 4])),
        (json, edits) => edits.Aggregate(Encoding.UTF8.GetBytes(json), Apply));

    private static Gen<string> Whole => Gen.Select(Members.Array[0, 6], Gen.Bool, (members, isDocument) =>
        $"{{{string.Join(',', isDocument ? [.. members, "\"_id\":\"d\"", "\"_rev\":\"1-a\""] : members)}}}");

    private static Gen<string> Members => Gen.OneOf(
        Gen.Select(
            Gen.OneOf<string>(
                "action", "then", "progress", "chain", "error", "person", "requestedAt", "notBefore", "expiresAt", "traceparent", "priority",
                "_id", "_rev", "_deleted", "_removed", "_exp", "_attachments", "acti\\u006fn", "mine"),
            Gen.OneOf(
                RandomJson.Values,
                Gen.OneOf<string>(
                    "\"person_request\"", "\"person_success\"", "[\"person_request\",\"person_request\"]", "[1]", "{\"nextAttemptAt\":1,\"attempts\":1e99}",
                    "{\"after\":\"9-x\"}", "\"2-b\"", "\"2026-01-31T08:00:00Z\"", "\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"",
                    "{\"a.png\":{\"stub\":true,\"digest\":\"sha1-x\",\"length\":9}}", "\"bulk\"", "true")),
            (name, value) => $"\"{name}\":{value}"),
        Gen.Select(RandomJson.Names, RandomJson.Values, (name, value) => $"{name} : {value}"));

    private static Gen<Edit> Edits => Gen.Select(
        Gen.Int[0, 5], Gen.UShort, Gen.UShort, Gen.UShort, (kind, at, length, what) => new Edit(kind, at, length, what));

    private static byte[] Apply(byte[] json, Edit edit)
    {
        var at = edit.At % (json.Length + 1);
        var end = Math.Min(json.Length, at + (edit.Length % 32));
        var (before, middle, after) = (json[..at], json[at..end], json[end..]);
        var between = edit.Kind switch
        {
            0 => [(byte)edit.What],
            1 => [],
            2 => [.. Tokens[edit.What % Tokens.Length], .. middle],
            3 => Repeat(middle, edit.What),
            _ => json[(edit.What % (json.Length + 1))..],
        };
        var result = edit.Kind == 4 ? before : [.. before, .. between, .. after];
        return result.Length <= MaxBytes ? result : result[..MaxBytes];
    }

    /// <summary>Mostly a few times, and seldom so often that it is long.</summary>
    private static byte[] Repeat(byte[] part, int what) =>
        [.. Enumerable.Repeat(part, what % 64 == 0 && part.Length > 0 ? what % (MaxBytes / part.Length) : what % 5).SelectMany(bytes => bytes)];

    /// <summary>One change. Numbers that are too large begin again at 0.</summary>
    private readonly record struct Edit(int Kind, int At, int Length, int What);
}
