using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OfflineActions.Tests.Emulators;

/// <summary>
/// One request and what it must be answered: <c>[public|name:password] METHOD path [Header: value]* [body] -> status [pattern]</c>. In all
/// of it <c>~</c> is this run's own prefix for ids, <c>$rev</c> and <c>$seq</c> are what the last answer said. A pattern is a JSON object
/// whose members the answer must have (<c>"*"</c>: anything), or text in quotes that the answer must contain.
/// </summary>
internal sealed partial class Vector(string text, string prefix)
{
    private readonly string prefix = prefix;

    public async Task RunAsync(HttpClient admin, HttpClient open, Dictionary<string, string> known)
    {
        var filled = known.Aggregate(text.Replace("~", prefix, StringComparison.Ordinal), (line, pair) => line.Replace("$" + pair.Key, pair.Value, StringComparison.Ordinal));
        var match = Form().Match(filled);
        Assert.That(match.Success, filled);

        var who = match.Groups["who"].Value;
        using var request = new HttpRequestMessage(new(match.Groups["method"].Value), match.Groups["path"].Value.TrimStart('/'));
        if (match.Groups["body"].Value is { Length: > 0 } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new("application/json");
        }

        foreach (var header in match.Groups["header"].Captures.Select(capture => capture.Value.Trim('[', ']', ' ').Split(": ", 2)))
        {
            var headers = header[0] == "Content-Type" ? request.Content!.Headers : (HttpHeaders)request.Headers;
            headers.Remove(header[0]);
            headers.TryAddWithoutValidation(header[0], header[1]);
        }

        if (who.Contains(':', StringComparison.Ordinal))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(who)));
        }

        using var response = await (who.Length > 0 ? open : admin).SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture)), $"{filled}\n{answer}");
        Check(match.Groups["pattern"].Value, answer, filled, response);
        Learn(answer, known);
    }

    private static void Check(string pattern, string answer, string filled, HttpResponseMessage response)
    {
        if (pattern is ['"', .., '"'])
        {
            var wanted = (string)JsonNode.Parse(pattern)!;
            Assert.That(answer + "\n" + response.Headers + response.Content.Headers, Does.Contain(wanted), filled);
        }
        else if (pattern.Length > 0)
        {
            Assert.That(Misses(JsonNode.Parse(pattern), JsonNode.Parse(answer), ""), Is.Empty, $"{filled}\n{answer}");
        }
    }

    private static IEnumerable<string> Misses(JsonNode? wanted, JsonNode? found, string at) => (wanted, found) switch
    {
        (JsonObject members, JsonObject there) => members.SelectMany(member => member.Value is null && !there.ContainsKey(member.Key)
            ? []
            : Misses(member.Value, there[member.Key], $"{at}.{member.Key}")),
        (JsonArray rows, JsonArray there) when rows.Count == there.Count => rows.Zip(there, (row, other) => Misses(row, other, at + "[]")).SelectMany(miss => miss),
        (JsonValue value, not null) when value.ToString() == "*" => [],
        (JsonValue value, JsonValue other) when value.ToString() is [.., '*'] start && other.ToString().StartsWith(start[..^1], StringComparison.Ordinal) => [],
        _ => JsonNode.DeepEquals(wanted, found) ? [] : [$"{at} is {found?.ToJsonString() ?? "missing"}"],
    };

    private static void Learn(string answer, Dictionary<string, string> known)
    {
        if (answer is ['{', ..] && JsonNode.Parse(answer) is JsonObject json)
        {
            foreach (var (name, member) in new[] { ("rev", "rev"), ("rev", "_rev"), ("seq", "last_seq") })
            {
                known[name] = json[member] is JsonValue value ? value.ToString() : known.GetValueOrDefault(name, "$" + name);
            }
        }
    }

    [GeneratedRegex(@"^((?<who>public|[^ ]+:[^ ]*) )?(?<method>[A-Z]+) (?<path>/[^ ]*)( (?<header>\[[^\]]+: [^\]]*\]))*( (?<body>.*?))? -> (?<status>\d+)( (?<pattern>.*))?$", RegexOptions.Singleline)]
    private static partial Regex Form();
}
