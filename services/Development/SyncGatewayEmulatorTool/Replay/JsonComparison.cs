using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OfflineActions.Emulators.Recording;

namespace OfflineActions.Emulators.Replay;

/// <summary>Compares two JSON values by their members, and learns what this server chose.</summary>
/// <param name="options">What is not compared.</param>
/// <param name="values">What was and is learned.</param>
/// <param name="method">The method of the request.</param>
internal sealed partial class JsonComparison(ReplayOptions options, LearnedValues values, string method)
{
    private const int MostDifferences = 10;

    private static readonly string[] Sequences = ["seq", "last_seq", "update_seq", "committed_update_seq", "sequence", "recent_sequences"];

    /// <summary>Times, and names that a server gives itself.</summary>
    private static readonly string[] OtherInEachRun =
        ["expires", "instance_start_time", "start_time", "server_uuid", "uuid", "cas", "time_saved", "localtime"];

    private readonly List<string> differences = [];

    /// <returns>Each difference with its path, at most ten.</returns>
    public IReadOnlyList<string> Find(string path, JsonElement recorded, JsonElement actual)
    {
        Compare(path, "", recorded, actual);
        return differences.Count <= MostDifferences
            ? differences
            : [.. differences.Take(MostDifferences), $"… and {differences.Count - MostDifferences} more"];
    }

    /// <summary>Whether two texts of the same values differ although nothing in them may differ from run to run.</summary>
    public static bool IsSameButForWriting(string recorded, string actual) =>
        recorded.TrimEnd() != actual.TrimEnd()
        && !OtherInEachRun.Append("session_id").Any(name => recorded.Contains($"\"{name}\"", StringComparison.Ordinal));

    private void Compare(string path, string name, JsonElement recorded, JsonElement actual)
    {
        if (options.Ignored.Contains("member:" + name) || OtherInEachRun.Contains(name))
        {
            return;
        }

        // A session tells for each channel the sequence from which on it is the user's.
        if (Sequences.Contains(name) || path.StartsWith("$.userCtx.channels.", StringComparison.Ordinal))
        {
            CompareSequences(path, recorded, actual);
            return;
        }

        switch (recorded.ValueKind, actual.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                CompareObjects(path, recorded, actual);
                return;
            case (JsonValueKind.Array, JsonValueKind.Array):
                CompareArrays(path, name, recorded, actual);
                return;
            case (JsonValueKind.String, JsonValueKind.String):
                CompareTexts(path, name, recorded.GetString()!, actual.GetString()!);
                return;
            default:
                if (recorded.GetRawText() != actual.GetRawText())
                {
                    Add(path, recorded, actual);
                }

                return;
        }
    }

    private void CompareObjects(string path, JsonElement recorded, JsonElement actual)
    {
        var names = recorded.EnumerateObject().Select(member => values.Apply(member.Name)).ToList();
        var found = actual.EnumerateObject().Select(member => member.Name).ToList();
        foreach (var (member, name) in recorded.EnumerateObject().Zip(names))
        {
            if (actual.TryGetProperty(name, out var value))
            {
                Compare($"{path}.{name}", name, member.Value, value);
            }
            else
            {
                differences.Add($"{path}.{name}: none, recorded {Excerpt(member.Value)}");
            }
        }

        differences.AddRange(actual.EnumerateObject().Where(member => !names.Contains(member.Name))
            .Select(member => $"{path}.{member.Name}: {Excerpt(member.Value)}, recorded none"));
        if (names.Count == found.Count && !names.SequenceEqual(found) && names.Order().SequenceEqual(found.Order()))
        {
            differences.Add($"{path}: members in the order {string.Join(", ", found)}, recorded {string.Join(", ", names)}");
        }
    }

    private void CompareArrays(string path, string name, JsonElement recorded, JsonElement actual)
    {
        if (recorded.GetArrayLength() != actual.GetArrayLength())
        {
            differences.Add(string.Create(
                CultureInfo.InvariantCulture, $"{path}: {actual.GetArrayLength()} elements, recorded {recorded.GetArrayLength()}"));
        }

        foreach (var (index, (was, found)) in recorded.EnumerateArray().Zip(actual.EnumerateArray()).Index())
        {
            Compare(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), name, was, found);
        }
    }

    private void CompareTexts(string path, string name, string recorded, string actual)
    {
        if (values.Apply(recorded) == actual)
        {
            return;
        }

        var areRevisions = Revision().IsMatch(recorded) && Revision().IsMatch(actual);
        var isGenerated = name == "session_id" || (method == "POST" && path == "$.id");
        var areRandom = isGenerated || (Random().IsMatch(recorded) && Random().IsMatch(actual));
        if (areRevisions || areRandom)
        {
            values.Learn(recorded, actual);
        }

        if (!areRandom && !(areRevisions && options.Ignored.Contains("revisions")))
        {
            differences.Add($"{path}: {Excerpt(actual)}, recorded {Excerpt(recorded)}");
        }
    }

    private void CompareSequences(string path, JsonElement recorded, JsonElement actual)
    {
        var (was, found) = (recorded.GetRawText(), actual.GetRawText());
        if (was != found)
        {
            values.LearnSequence(was.Trim('"'), found.Trim('"'));
            if (!options.Ignored.Contains("sequences"))
            {
                Add(path, recorded, actual);
            }
        }
    }

    private void Add(string path, JsonElement recorded, JsonElement actual) =>
        differences.Add($"{path}: {Excerpt(actual)}, recorded {Excerpt(recorded)}");

    private static string Excerpt(JsonElement value) => Shorten(value.GetRawText());

    private static string Excerpt(string value) => Shorten(JsonSerializer.Serialize(value, RecordingFile.Json));

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [GeneratedRegex(@"\A\d+-[0-9a-f]{32}\z")]
    private static partial Regex Revision();

    /// <summary>A generated id: 32 hexadecimal digits, or a UUID.</summary>
    [GeneratedRegex(@"\A[0-9a-f]{32}\z|\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z")]
    private static partial Regex Random();
}
