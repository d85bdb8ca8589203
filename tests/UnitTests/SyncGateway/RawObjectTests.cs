using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class RawObjectTests
{
    [TestCase("""{"a":1.0,"b":"\u00e9\/","c":[ 1e400 , { } ]}""")]
    [TestCase("{}")]
    public void What_is_not_changed_keeps_its_spelling(string json) => Assert.That(Parse(json)!.ToString(), Is.EqualTo(json));

    [Test]
    public void Only_the_changed_members_are_written_anew() =>
        Assert.That(
            Parse(""" { "a" : 1.0, "\u0062": 2 ,"c":"\/", "d":[ ] } """)!.Without("d").With("b", "<é>").With("e", null).ToString(),
            Is.EqualTo("""{"a" : 1.0,"b":"<é>","c":"\/","e":null}"""));

    [TestCase("\\u0061ction")]
    [TestCase("action")]
    public void A_name_is_found_in_each_of_its_spellings(string spelling)
    {
        var json = Parse($$"""{"{{spelling}}":"x\n","é\"":true,"no":"true"}""")!;

        Assert.That((json.Text("action"), json.Contains("action"), (string?)json["action"]), Is.EqualTo(("x\n", true, "x\n")));
        Assert.That((json.Flag("é\""), json.Flag("no"), json.Flag("action")), Is.EqualTo((true, false, false)));
        Assert.That((json.Contains("\\u0061ction"), json.Contains("ACTION"), json.Text("é\"")), Is.EqualTo((false, false, (string?)null)));
        Assert.That(json.Without("action", "é\"").ToString(), Is.EqualTo("""{"no":"true"}"""));
    }

    [TestCase(63)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(5_000)]
    public void A_name_that_occurs_twice_is_found_in_an_object_of_any_size(int names)
    {
        var members = string.Concat(Enumerable.Range(0, names).Select(number => $"\"{number}\":{number},"));

        Assert.That(
            Parse($$$"""{"x":[{{{{members}}}"last":0}]}""")!.ToString(),
            Is.EqualTo($$$"""{"x":[{{{{members}}}"last":0}]}"""));
        Assert.That(
            Parse($$$"""{"x":[{{{{members}}}"0":1}]}""")!.ToString(),
            Is.EqualTo($$$"""{"x":[{{{{members["\"0\":0,".Length..]}}}"0":1}]}"""));
    }

    [Test]
    public void The_same_name_in_different_objects_is_no_repetition() =>
        Assert.That(
            Parse("""{"a":{"a":{"b":1},"b":{"a":1}},"b":[{"a":1},{"a":2,"b":{"a":{}}}]}""")!.ToString(),
            Is.EqualTo("""{"a":{"a":{"b":1},"b":{"a":1}},"b":[{"a":1},{"a":2,"b":{"a":{}}}]}"""));

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{")]
    [TestCase("""{"a":1}{}""")]
    [TestCase("""{"a":1}x""")]
    [TestCase("""{"a":01}""")]
    [TestCase("""{"a":{"b":[}]}}""")]
    [TestCase("\ufeff{}")]
    public void Anything_but_one_object_is_none(string json) => Assert.That(Parse(json), Is.Null);

    [Test]
    public void A_node_of_a_member_belongs_to_the_caller()
    {
        var json = Parse("""{"a":{"b":1}}""")!;

        json["a"]!["b"] = 2;

        Assert.That(json.ToString(), Is.EqualTo("""{"a":{"b":1}}"""));
    }

    [TestCase("\"é{0:x4}\"")]
    [TestCase("\"\\n{0:x4}\"")]
    [TestCase("\"{0:x4}\"")]
    public void A_look_for_a_name_allocates_nothing(string spelling)
    {
        var names = Enumerable.Range(0, 1_000).Select(number => string.Format(CultureInfo.InvariantCulture, spelling, number));
        var json = Parse($"{{{string.Join(",", names.Select(name => name + ":0"))}}}")!;

        Assert.That(Allocated(() => !json.Contains("ébbb") && !json.Contains("_id")), Is.Zero);
        Assert.That(Allocated(() => json.Without("_id", "_rev", "éaaa") == json), Is.Zero);
    }

    /// <summary>To find them out takes 7 times the memory of the text. Members take 15 times as much on top.</summary>
    [Test]
    public void No_members_are_collected_before_repeated_names_are_removed()
    {
        var json = Encoding.UTF8.GetBytes($"{{{string.Concat(Enumerable.Repeat("\"\":0,", 2_000_000))}\"\":1}}");

        Assert.That(Allocated(() => RawObject.TryParse(json)!.ToString() is """{"":1}"""), Is.LessThan(12 * json.Length));
    }

    [TestCase("{}", true)]
    [TestCase("""{"a": null }""", true)]
    [TestCase("""{"\u0061":null}""", true)]
    [TestCase("""{"a":"null"}""", false)]
    [TestCase("""{"a":[null]}""", false)]
    [TestCase("""{"a":0}""", false)]
    public void A_member_is_null_or_missing(string json, bool expected)
    {
        Assert.That(Parse(json)!.IsNullOrMissing("a"), Is.EqualTo(expected));
        Assert.That(Parse(json)!.With("a", null).IsNullOrMissing("a"), Is.True);
    }

    /// <summary>A model with nodes: an object is the list of its members, of which each name has only the last.</summary>
    [Test]
    public void Reading_and_changing_equals_the_same_with_nodes() =>
        Gen.Select(RandomJson.ObjectsWithRepeatedNames, Changes.Array[0, 5]).Sample(
            (text, changes) =>
            {
                var actual = Parse(text)!;
                using var parsed = JsonDocument.Parse(text);
                var expected = ModelOf(parsed.RootElement);
                foreach (var (name, value) in changes)
                {
                    actual = value is null ? actual.Without(name) : actual.With(name, JsonNode.Parse(value));
                    Change(expected, name, value);
                }

                using var written = JsonDocument.Parse(actual.ToBytes());
                return SpellingOf(written.RootElement) == SpellingOf(expected)
                    && expected.All(member => actual.Contains(member.Name)
                        && JsonSerializer.Serialize(actual[member.Name]) == JsonSerializer.Serialize(JsonNode.Parse(member.Value)));
            },
            iter: 1_000);

    private static Gen<(string Name, string? Value)> Changes { get; } = Gen.Select(
        Gen.OneOf(RandomJson.Names.Select(name => JsonSerializer.Deserialize<string>(name)!), Gen.OneOf<string>("action", "error")),
        Gen.OneOf(RandomJson.Values.Select(value => (string?)value), Gen.Const((string?)null)));

    private static RawObject? Parse(string json) => RawObject.TryParse(Encoding.UTF8.GetBytes(json));

    /// <summary>The bytes that a true condition allocates, when pools hold what they lend: the least of a few attempts.</summary>
    private static long Allocated(Func<bool> condition) => Enumerable.Range(0, 3).Min(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var holds = condition();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(holds);
        return allocated;
    });

    private static void Change(List<(string Name, string Value)> members, string name, string? value)
    {
        var index = members.FindIndex(member => member.Name == name);
        if (value is null && index >= 0)
        {
            members.RemoveAt(index);
        }
        else if (value is not null && index >= 0)
        {
            members[index] = (name, value);
        }
        else if (value is not null)
        {
            members.Add((name, value));
        }
    }

    /// <summary>The members of an object in their order, with their values as JSON.</summary>
    private static List<(string Name, string Value)> ModelOf(JsonElement json) =>
    [
        .. json.EnumerateObject()
            .Select(member => (member.Name, Value: SpellingOf(member.Value)))
            .Reverse()
            .DistinctBy(member => member.Name)
            .Reverse(),
    ];

    private static string SpellingOf(List<(string Name, string Value)> members) =>
        $"{{{string.Join(",", members.Select(member => $"{JsonSerializer.Serialize(member.Name)}:{SpellingOf(member.Value)}"))}}}";

    private static string SpellingOf(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return SpellingOf(parsed.RootElement);
    }

    /// <summary>A value in one spelling: members in their order, the last of each name, numbers as they are written.</summary>
    private static string SpellingOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", ModelOf(json).Select(member => $"{JsonSerializer.Serialize(member.Name)}:{member.Value}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", json.EnumerateArray().Select(SpellingOf))}]",
        JsonValueKind.String => JsonSerializer.Serialize(json.GetString()),
        _ => json.GetRawText(),
    };
}
