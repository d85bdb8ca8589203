using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OfflineActions.Emulators.Recording;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Replay;

/// <summary>
/// Values of the recording that this server chose differently: sessions, generated ids, revisions and sequences. Later requests name what
/// this server chose.
/// </summary>
/// <param name="passwords">The passwords of users that were not made in the recording, by name.</param>
internal sealed partial class LearnedValues(IReadOnlyDictionary<string, string> passwords)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> values = [];
    private readonly Dictionary<string, string> sequences = [];

    /// <summary>A long value, which is replaced wherever it stands.</summary>
    public void Learn(string recorded, string actual) => Learn(values, recorded, actual);

    /// <summary>A sequence, which is replaced where a request says <c>since</c>.</summary>
    public void LearnSequence(string recorded, string actual) => Learn(sequences, recorded, actual);

    /// <summary>The text with what was learned.</summary>
    public string Apply(string text)
    {
        lock (gate)
        {
            return values.Aggregate(text, (replaced, value) => replaced.Replace(value.Key, value.Value, StringComparison.Ordinal));
        }
    }

    /// <summary>The request with what was learned, and with the passwords of users that were not made in the recording.</summary>
    public RecordedRequest Apply(RecordedRequest request)
    {
        LearnPasswords(request);
        return request with
        {
            Target = Since().Replace(Apply(request.Target), ApplySequence),
            Headers = [.. request.Headers.Select(header => header with { Value = ApplyToHeader(header) })],
            Body = request.Body?.Text is { } text
                ? request.Body with { Text = SinceMember().Replace(Apply(text), ApplySequence) }
                : request.Body,
        };
    }

    private void Learn(Dictionary<string, string> learned, string recorded, string actual)
    {
        lock (gate)
        {
            learned[recorded] = actual;
        }
    }

    private string ApplySequence(Match since)
    {
        lock (gate)
        {
            return since.Groups[1].Value + sequences.GetValueOrDefault(since.Groups[2].Value, since.Groups[2].Value);
        }
    }

    private string ApplyToHeader(HttpHeader header) => FindBasic(header) is var (user, password)
        ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{passwords.GetValueOrDefault(user, Apply(password))}"))
        : Apply(header.Value);

    private static (string User, string Password)? FindBasic(HttpHeader header)
    {
        var decoded = new byte[header.Value.Length];
        return header.Is("Authorization") && header.Value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(header.Value[6..], decoded, out var length)
            && Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [var user, var password] ? (user, password) : null;
    }

    /// <summary>A login has name and password in its body.</summary>
    private void LearnPasswords(RecordedRequest request)
    {
        if (passwords.Count == 0 || request.Body?.Text is not ['{', ..] text)
        {
            return;
        }

        try
        {
            using var body = JsonDocument.Parse(text);
            if (TextOf(body, "password") is { } masked && masked.StartsWith("masked-", StringComparison.Ordinal)
                && passwords.TryGetValue(TextOf(body, "name") ?? "", out var password))
            {
                Learn(masked, password);
            }
        }
        catch (JsonException)
        {
            // Clients also send what is no JSON. That has no password.
        }
    }

    private static string? TextOf(JsonDocument body, string name) =>
        body.RootElement.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"([?&]since=)([^&]+)")]
    private static partial Regex Since();

    [GeneratedRegex("""("since"\s*:\s*"?)([^",}\s]+)""")]
    private static partial Regex SinceMember();
}
